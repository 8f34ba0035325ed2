; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_forward__f2x2_s1x1_2x17x2_to_1__f32__avx512_r2w2"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".9" = alloca [208 x float], align 64
  br label %".10"
.10:
  %".13" = phi  i64 [0, %".8"], [%".16", %".10"]
  %".14" = getelementptr float, ptr %".9", i64 %".13"
  store <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>, ptr %".14", align 4
  %".16" = add i64 %".13", 16
  %".17" = icmp slt i64 %".16", 208
  br i1 %".17", label %".10", label %".11"
.11:
  %".21" = icmp slt i64 0, %"count"
  br i1 %".21", label %".19", label %".20"
.19:
  %".23" = phi  i64 [0, %".11"], [%".282", %".29"]
  %".24" = mul i64 %".23", 108
  %".25" = getelementptr float, ptr %"x", i64 %".24"
  %".26" = mul i64 %".23", 34
  %".27" = getelementptr float, ptr %"y", i64 %".26"
  br label %".28"
.20:
  ret void
.28:
  %".31" = phi  i64 [0, %".19"], [%".54", %".37"]
  %".32" = mul i64 %".31", 36
  %".33" = getelementptr float, ptr %".25", i64 %".32"
  %".34" = mul i64 %".31", 64
  %".35" = getelementptr float, ptr %".9", i64 %".34"
  br label %".36"
.29:
  %".57" = load float, ptr %"b"
  %".58" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".57", i32 0
  %".59" = shufflevector <16 x float> %".58", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".60" = load float, ptr %"b"
  %".61" = insertelement <1 x float> <float undef>, float %".60", i32 0
  %".62" = shufflevector <1 x float> %".61", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".63" = mul i64 0, 32
  %".64" = getelementptr float, ptr %".9", i64 %".63"
  %".65" = load <16 x float>, ptr %".64", align 4
  %".66" = getelementptr float, ptr %".64", i64 16
  %".67" = load <1 x float>, ptr %".66", align 4
  %".68" = getelementptr float, ptr %"W", i64 0
  %".69" = load float, ptr %".68"
  %".70" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".69", i32 0
  %".71" = shufflevector <16 x float> %".70", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".72" = insertelement <1 x float> <float undef>, float %".69", i32 0
  %".73" = shufflevector <1 x float> %".72", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".74" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".71", <16 x float> %".65", <16 x float> %".59")
  %".75" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".73", <1 x float> %".67", <1 x float> %".62")
  %".76" = add i64 0, 1
  %".77" = mul i64 %".76", 32
  %".78" = getelementptr float, ptr %".9", i64 %".77"
  %".79" = load <16 x float>, ptr %".78", align 4
  %".80" = getelementptr float, ptr %".78", i64 16
  %".81" = load <1 x float>, ptr %".80", align 4
  %".82" = getelementptr float, ptr %"W", i64 %".76"
  %".83" = load float, ptr %".82"
  %".84" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".83", i32 0
  %".85" = shufflevector <16 x float> %".84", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".86" = insertelement <1 x float> <float undef>, float %".83", i32 0
  %".87" = shufflevector <1 x float> %".86", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".88" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".85", <16 x float> %".79", <16 x float> %".74")
  %".89" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".87", <1 x float> %".81", <1 x float> %".75")
  %".90" = getelementptr float, ptr %"W", i64 2
  %".91" = getelementptr float, ptr %".9", i64 1
  %".92" = mul i64 0, 32
  %".93" = getelementptr float, ptr %".91", i64 %".92"
  %".94" = load <16 x float>, ptr %".93", align 4
  %".95" = getelementptr float, ptr %".93", i64 16
  %".96" = load <1 x float>, ptr %".95", align 4
  %".97" = getelementptr float, ptr %".90", i64 0
  %".98" = load float, ptr %".97"
  %".99" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".98", i32 0
  %".100" = shufflevector <16 x float> %".99", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".101" = insertelement <1 x float> <float undef>, float %".98", i32 0
  %".102" = shufflevector <1 x float> %".101", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".103" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".100", <16 x float> %".94", <16 x float> %".88")
  %".104" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".102", <1 x float> %".96", <1 x float> %".89")
  %".105" = add i64 0, 1
  %".106" = mul i64 %".105", 32
  %".107" = getelementptr float, ptr %".91", i64 %".106"
  %".108" = load <16 x float>, ptr %".107", align 4
  %".109" = getelementptr float, ptr %".107", i64 16
  %".110" = load <1 x float>, ptr %".109", align 4
  %".111" = getelementptr float, ptr %".90", i64 %".105"
  %".112" = load float, ptr %".111"
  %".113" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".112", i32 0
  %".114" = shufflevector <16 x float> %".113", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".115" = insertelement <1 x float> <float undef>, float %".112", i32 0
  %".116" = shufflevector <1 x float> %".115", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".117" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".114", <16 x float> %".108", <16 x float> %".103")
  %".118" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".116", <1 x float> %".110", <1 x float> %".104")
  %".119" = mul i64 0, 32
  %".120" = getelementptr float, ptr %".9", i64 %".119"
  %".121" = getelementptr float, ptr %".120", i64 64
  %".122" = load <16 x float>, ptr %".121", align 4
  %".123" = getelementptr float, ptr %".120", i64 80
  %".124" = load <1 x float>, ptr %".123", align 4
  %".125" = getelementptr float, ptr %"W", i64 0
  %".126" = load float, ptr %".125"
  %".127" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".126", i32 0
  %".128" = shufflevector <16 x float> %".127", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".129" = insertelement <1 x float> <float undef>, float %".126", i32 0
  %".130" = shufflevector <1 x float> %".129", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".131" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".128", <16 x float> %".122", <16 x float> %".59")
  %".132" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".130", <1 x float> %".124", <1 x float> %".62")
  %".133" = getelementptr float, ptr %".125", i64 4
  %".134" = load float, ptr %".133"
  %".135" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".134", i32 0
  %".136" = shufflevector <16 x float> %".135", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".137" = insertelement <1 x float> <float undef>, float %".134", i32 0
  %".138" = shufflevector <1 x float> %".137", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".139" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".136", <16 x float> %".122", <16 x float> %".117")
  %".140" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".138", <1 x float> %".124", <1 x float> %".118")
  %".141" = add i64 0, 1
  %".142" = mul i64 %".141", 32
  %".143" = getelementptr float, ptr %".9", i64 %".142"
  %".144" = getelementptr float, ptr %".143", i64 64
  %".145" = load <16 x float>, ptr %".144", align 4
  %".146" = getelementptr float, ptr %".143", i64 80
  %".147" = load <1 x float>, ptr %".146", align 4
  %".148" = getelementptr float, ptr %"W", i64 %".141"
  %".149" = load float, ptr %".148"
  %".150" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".149", i32 0
  %".151" = shufflevector <16 x float> %".150", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".152" = insertelement <1 x float> <float undef>, float %".149", i32 0
  %".153" = shufflevector <1 x float> %".152", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".154" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".151", <16 x float> %".145", <16 x float> %".131")
  %".155" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".153", <1 x float> %".147", <1 x float> %".132")
  %".156" = getelementptr float, ptr %".148", i64 4
  %".157" = load float, ptr %".156"
  %".158" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".157", i32 0
  %".159" = shufflevector <16 x float> %".158", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".160" = insertelement <1 x float> <float undef>, float %".157", i32 0
  %".161" = shufflevector <1 x float> %".160", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".162" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".159", <16 x float> %".145", <16 x float> %".139")
  %".163" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".161", <1 x float> %".147", <1 x float> %".140")
  %".164" = getelementptr float, ptr %"W", i64 2
  %".165" = getelementptr float, ptr %".9", i64 1
  %".166" = mul i64 0, 32
  %".167" = getelementptr float, ptr %".165", i64 %".166"
  %".168" = getelementptr float, ptr %".167", i64 64
  %".169" = load <16 x float>, ptr %".168", align 4
  %".170" = getelementptr float, ptr %".167", i64 80
  %".171" = load <1 x float>, ptr %".170", align 4
  %".172" = getelementptr float, ptr %".164", i64 0
  %".173" = load float, ptr %".172"
  %".174" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".173", i32 0
  %".175" = shufflevector <16 x float> %".174", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".176" = insertelement <1 x float> <float undef>, float %".173", i32 0
  %".177" = shufflevector <1 x float> %".176", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".178" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".175", <16 x float> %".169", <16 x float> %".154")
  %".179" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".177", <1 x float> %".171", <1 x float> %".155")
  %".180" = getelementptr float, ptr %".172", i64 4
  %".181" = load float, ptr %".180"
  %".182" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".181", i32 0
  %".183" = shufflevector <16 x float> %".182", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".184" = insertelement <1 x float> <float undef>, float %".181", i32 0
  %".185" = shufflevector <1 x float> %".184", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".186" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".183", <16 x float> %".169", <16 x float> %".162")
  %".187" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".185", <1 x float> %".171", <1 x float> %".163")
  %".188" = add i64 0, 1
  %".189" = mul i64 %".188", 32
  %".190" = getelementptr float, ptr %".165", i64 %".189"
  %".191" = getelementptr float, ptr %".190", i64 64
  %".192" = load <16 x float>, ptr %".191", align 4
  %".193" = getelementptr float, ptr %".190", i64 80
  %".194" = load <1 x float>, ptr %".193", align 4
  %".195" = getelementptr float, ptr %".164", i64 %".188"
  %".196" = load float, ptr %".195"
  %".197" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".196", i32 0
  %".198" = shufflevector <16 x float> %".197", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".199" = insertelement <1 x float> <float undef>, float %".196", i32 0
  %".200" = shufflevector <1 x float> %".199", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".201" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".198", <16 x float> %".192", <16 x float> %".178")
  %".202" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".200", <1 x float> %".194", <1 x float> %".179")
  %".203" = getelementptr float, ptr %".195", i64 4
  %".204" = load float, ptr %".203"
  %".205" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".204", i32 0
  %".206" = shufflevector <16 x float> %".205", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".207" = insertelement <1 x float> <float undef>, float %".204", i32 0
  %".208" = shufflevector <1 x float> %".207", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".209" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".206", <16 x float> %".192", <16 x float> %".186")
  %".210" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".208", <1 x float> %".194", <1 x float> %".187")
  %".211" = mul i64 0, 32
  %".212" = getelementptr float, ptr %".9", i64 %".211"
  %".213" = getelementptr float, ptr %".212", i64 128
  %".214" = load <16 x float>, ptr %".213", align 4
  %".215" = getelementptr float, ptr %".212", i64 144
  %".216" = load <1 x float>, ptr %".215", align 4
  %".217" = getelementptr float, ptr %"W", i64 0
  %".218" = getelementptr float, ptr %".217", i64 4
  %".219" = load float, ptr %".218"
  %".220" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".219", i32 0
  %".221" = shufflevector <16 x float> %".220", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".222" = insertelement <1 x float> <float undef>, float %".219", i32 0
  %".223" = shufflevector <1 x float> %".222", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".224" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".221", <16 x float> %".214", <16 x float> %".201")
  %".225" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".223", <1 x float> %".216", <1 x float> %".202")
  %".226" = add i64 0, 1
  %".227" = mul i64 %".226", 32
  %".228" = getelementptr float, ptr %".9", i64 %".227"
  %".229" = getelementptr float, ptr %".228", i64 128
  %".230" = load <16 x float>, ptr %".229", align 4
  %".231" = getelementptr float, ptr %".228", i64 144
  %".232" = load <1 x float>, ptr %".231", align 4
  %".233" = getelementptr float, ptr %"W", i64 %".226"
  %".234" = getelementptr float, ptr %".233", i64 4
  %".235" = load float, ptr %".234"
  %".236" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".235", i32 0
  %".237" = shufflevector <16 x float> %".236", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".238" = insertelement <1 x float> <float undef>, float %".235", i32 0
  %".239" = shufflevector <1 x float> %".238", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".240" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".237", <16 x float> %".230", <16 x float> %".224")
  %".241" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".239", <1 x float> %".232", <1 x float> %".225")
  %".242" = getelementptr float, ptr %"W", i64 2
  %".243" = getelementptr float, ptr %".9", i64 1
  %".244" = mul i64 0, 32
  %".245" = getelementptr float, ptr %".243", i64 %".244"
  %".246" = getelementptr float, ptr %".245", i64 128
  %".247" = load <16 x float>, ptr %".246", align 4
  %".248" = getelementptr float, ptr %".245", i64 144
  %".249" = load <1 x float>, ptr %".248", align 4
  %".250" = getelementptr float, ptr %".242", i64 0
  %".251" = getelementptr float, ptr %".250", i64 4
  %".252" = load float, ptr %".251"
  %".253" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".252", i32 0
  %".254" = shufflevector <16 x float> %".253", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".255" = insertelement <1 x float> <float undef>, float %".252", i32 0
  %".256" = shufflevector <1 x float> %".255", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".257" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".254", <16 x float> %".247", <16 x float> %".240")
  %".258" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".256", <1 x float> %".249", <1 x float> %".241")
  %".259" = add i64 0, 1
  %".260" = mul i64 %".259", 32
  %".261" = getelementptr float, ptr %".243", i64 %".260"
  %".262" = getelementptr float, ptr %".261", i64 128
  %".263" = load <16 x float>, ptr %".262", align 4
  %".264" = getelementptr float, ptr %".261", i64 144
  %".265" = load <1 x float>, ptr %".264", align 4
  %".266" = getelementptr float, ptr %".242", i64 %".259"
  %".267" = getelementptr float, ptr %".266", i64 4
  %".268" = load float, ptr %".267"
  %".269" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".268", i32 0
  %".270" = shufflevector <16 x float> %".269", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".271" = insertelement <1 x float> <float undef>, float %".268", i32 0
  %".272" = shufflevector <1 x float> %".271", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".273" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".270", <16 x float> %".263", <16 x float> %".257")
  %".274" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".272", <1 x float> %".265", <1 x float> %".258")
  store <16 x float> %".209", ptr %".27", align 4
  %".276" = getelementptr float, ptr %".27", i64 16
  store <1 x float> %".210", ptr %".276", align 4
  %".278" = getelementptr float, ptr %".27", i64 17
  store <16 x float> %".273", ptr %".278", align 4
  %".280" = getelementptr float, ptr %".27", i64 33
  store <1 x float> %".274", ptr %".280", align 4
  %".282" = add i64 %".23", 1
  %".283" = icmp slt i64 %".282", %"count"
  br i1 %".283", label %".19", label %".20"
.36:
  %".39" = phi  i64 [0, %".28"], [%".51", %".36"]
  %".40" = mul i64 %".39", 2
  %".41" = getelementptr float, ptr %".33", i64 %".40"
  %".42" = getelementptr float, ptr %".35", i64 %".39"
  %".43" = load <2 x float>, ptr %".41", align 4
  %".44" = getelementptr float, ptr %".41", i64 2
  %".45" = load <2 x float>, ptr %".44", align 4
  %".46" = shufflevector <2 x float> %".43", <2 x float> %".45", <2 x i32> <i32 0, i32 2>
  %".47" = shufflevector <2 x float> %".43", <2 x float> %".45", <2 x i32> <i32 1, i32 3>
  store <2 x float> %".46", ptr %".42", align 4
  %".49" = getelementptr float, ptr %".42", i64 32
  store <2 x float> %".47", ptr %".49", align 4
  %".51" = add i64 %".39", 2
  %".52" = icmp slt i64 %".51", 18
  br i1 %".52", label %".36", label %".37"
.37:
  %".54" = add i64 %".31", 1
  %".55" = icmp slt i64 %".54", 3
  br i1 %".55", label %".28", label %".29"
}

declare <16 x float> @"llvm.fma.v16f32"(<16 x float> %".1", <16 x float> %".2", <16 x float> %".3")

declare <1 x float> @"llvm.fma.v1f32"(<1 x float> %".1", <1 x float> %".2", <1 x float> %".3")

