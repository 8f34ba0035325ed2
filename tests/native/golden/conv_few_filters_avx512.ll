; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_forward__f2x2_s1x1_2x3x1_to_5__f32__avx512_s2p3"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".11" = icmp slt i64 0, %"count"
  br i1 %".11", label %".9", label %".10"
.9:
  %".13" = phi  i64 [0, %".8"], [%".157", %".9"]
  %".14" = mul i64 %".13", 12
  %".15" = getelementptr float, ptr %"x", i64 %".14"
  %".16" = mul i64 %".13", 30
  %".17" = getelementptr float, ptr %"y", i64 %".16"
  %".18" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"b", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".19" = mul i64 0, 5
  %".20" = getelementptr float, ptr %"W", i64 %".19"
  %".21" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".20", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".22" = getelementptr float, ptr %".15", i64 0
  %".23" = load float, ptr %".22"
  %".24" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".23", i32 0
  %".25" = shufflevector <8 x float> %".24", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".26" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".25", <8 x float> %".21", <8 x float> %".18")
  %".27" = getelementptr float, ptr %".22", i64 1
  %".28" = load float, ptr %".27"
  %".29" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".28", i32 0
  %".30" = shufflevector <8 x float> %".29", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".31" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".30", <8 x float> %".21", <8 x float> %".18")
  %".32" = getelementptr float, ptr %".22", i64 2
  %".33" = load float, ptr %".32"
  %".34" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".33", i32 0
  %".35" = shufflevector <8 x float> %".34", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".36" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".35", <8 x float> %".21", <8 x float> %".18")
  %".37" = mul i64 1, 5
  %".38" = getelementptr float, ptr %"W", i64 %".37"
  %".39" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".38", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".40" = getelementptr float, ptr %".15", i64 1
  %".41" = load float, ptr %".40"
  %".42" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".41", i32 0
  %".43" = shufflevector <8 x float> %".42", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".44" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".43", <8 x float> %".39", <8 x float> %".26")
  %".45" = getelementptr float, ptr %".40", i64 1
  %".46" = load float, ptr %".45"
  %".47" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".46", i32 0
  %".48" = shufflevector <8 x float> %".47", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".49" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".48", <8 x float> %".39", <8 x float> %".31")
  %".50" = getelementptr float, ptr %".40", i64 2
  %".51" = load float, ptr %".50"
  %".52" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".51", i32 0
  %".53" = shufflevector <8 x float> %".52", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".54" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".53", <8 x float> %".39", <8 x float> %".36")
  %".55" = shufflevector <8 x float> %".44", <8 x float> %".18", <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".56" = shufflevector <8 x float> %".49", <8 x float> %".18", <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".57" = shufflevector <8 x float> %".54", <8 x float> %".18", <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".58" = getelementptr float, ptr %".15", i64 4
  %".59" = mul i64 0, 5
  %".60" = getelementptr float, ptr %"W", i64 %".59"
  %".61" = getelementptr float, ptr %".60", i64 10
  %".62" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".61", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".63" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".60", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".64" = shufflevector <8 x float> %".62", <8 x float> %".63", <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".65" = getelementptr float, ptr %".58", i64 0
  %".66" = load float, ptr %".65"
  %".67" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".66", i32 0
  %".68" = shufflevector <16 x float> %".67", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".69" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".68", <16 x float> %".64", <16 x float> %".55")
  %".70" = getelementptr float, ptr %".65", i64 1
  %".71" = load float, ptr %".70"
  %".72" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".71", i32 0
  %".73" = shufflevector <16 x float> %".72", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".74" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".73", <16 x float> %".64", <16 x float> %".56")
  %".75" = getelementptr float, ptr %".65", i64 2
  %".76" = load float, ptr %".75"
  %".77" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".76", i32 0
  %".78" = shufflevector <16 x float> %".77", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".79" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".78", <16 x float> %".64", <16 x float> %".57")
  %".80" = mul i64 1, 5
  %".81" = getelementptr float, ptr %"W", i64 %".80"
  %".82" = getelementptr float, ptr %".81", i64 10
  %".83" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".82", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".84" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".81", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".85" = shufflevector <8 x float> %".83", <8 x float> %".84", <16 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".86" = getelementptr float, ptr %".58", i64 1
  %".87" = load float, ptr %".86"
  %".88" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".87", i32 0
  %".89" = shufflevector <16 x float> %".88", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".90" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".89", <16 x float> %".85", <16 x float> %".69")
  %".91" = getelementptr float, ptr %".86", i64 1
  %".92" = load float, ptr %".91"
  %".93" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".92", i32 0
  %".94" = shufflevector <16 x float> %".93", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".95" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".94", <16 x float> %".85", <16 x float> %".74")
  %".96" = getelementptr float, ptr %".86", i64 2
  %".97" = load float, ptr %".96"
  %".98" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".97", i32 0
  %".99" = shufflevector <16 x float> %".98", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".100" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".99", <16 x float> %".85", <16 x float> %".79")
  %".101" = shufflevector <16 x float> %".90", <16 x float> %".90", <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".102" = shufflevector <16 x float> %".95", <16 x float> %".95", <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".103" = shufflevector <16 x float> %".100", <16 x float> %".100", <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".104" = getelementptr float, ptr %".15", i64 8
  %".105" = mul i64 0, 5
  %".106" = getelementptr float, ptr %"W", i64 %".105"
  %".107" = getelementptr float, ptr %".106", i64 10
  %".108" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".107", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".109" = getelementptr float, ptr %".104", i64 0
  %".110" = load float, ptr %".109"
  %".111" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".110", i32 0
  %".112" = shufflevector <8 x float> %".111", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".113" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".112", <8 x float> %".108", <8 x float> %".101")
  %".114" = getelementptr float, ptr %".109", i64 1
  %".115" = load float, ptr %".114"
  %".116" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".115", i32 0
  %".117" = shufflevector <8 x float> %".116", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".118" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".117", <8 x float> %".108", <8 x float> %".102")
  %".119" = getelementptr float, ptr %".109", i64 2
  %".120" = load float, ptr %".119"
  %".121" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".120", i32 0
  %".122" = shufflevector <8 x float> %".121", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".123" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".122", <8 x float> %".108", <8 x float> %".103")
  %".124" = mul i64 1, 5
  %".125" = getelementptr float, ptr %"W", i64 %".124"
  %".126" = getelementptr float, ptr %".125", i64 10
  %".127" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".126", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".128" = getelementptr float, ptr %".104", i64 1
  %".129" = load float, ptr %".128"
  %".130" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".129", i32 0
  %".131" = shufflevector <8 x float> %".130", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".132" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".131", <8 x float> %".127", <8 x float> %".113")
  %".133" = getelementptr float, ptr %".128", i64 1
  %".134" = load float, ptr %".133"
  %".135" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".134", i32 0
  %".136" = shufflevector <8 x float> %".135", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".137" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".136", <8 x float> %".127", <8 x float> %".118")
  %".138" = getelementptr float, ptr %".128", i64 2
  %".139" = load float, ptr %".138"
  %".140" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".139", i32 0
  %".141" = shufflevector <8 x float> %".140", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".142" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".141", <8 x float> %".127", <8 x float> %".123")
  %".143" = shufflevector <16 x float> %".90", <16 x float> %".90", <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %".144" = shufflevector <16 x float> %".95", <16 x float> %".95", <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %".145" = shufflevector <16 x float> %".100", <16 x float> %".100", <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".143", ptr %".17", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".147" = getelementptr float, ptr %".17", i64 5
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".144", ptr %".147", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".149" = getelementptr float, ptr %".17", i64 10
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".145", ptr %".149", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".151" = getelementptr float, ptr %".17", i64 15
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".132", ptr %".151", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".153" = getelementptr float, ptr %".17", i64 20
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".137", ptr %".153", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".155" = getelementptr float, ptr %".17", i64 25
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".142", ptr %".155", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".157" = add i64 %".13", 1
  %".158" = icmp slt i64 %".157", %"count"
  br i1 %".158", label %".9", label %".10"
.10:
  ret void
}

declare <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".1", <8 x i1> %".2", <8 x float> %".3")

declare <8 x float> @"llvm.fma.v8f32"(<8 x float> %".1", <8 x float> %".2", <8 x float> %".3")

declare <16 x float> @"llvm.fma.v16f32"(<16 x float> %".1", <16 x float> %".2", <16 x float> %".3")

declare void @"llvm.masked.store.v8f32.p0"(<8 x float> %".1", ptr %".2", <8 x i1> %".3")

