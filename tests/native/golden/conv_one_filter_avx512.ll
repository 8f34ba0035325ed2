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
  store <16 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>, ptr %".14", align 4
  %".16" = add i64 %".13", 16
  %".17" = icmp slt i64 %".16", 208
  br i1 %".17", label %".10", label %".11"
.11:
  %".21" = icmp slt i64 0, %"count"
  br i1 %".21", label %".19", label %".20"
.19:
  %".23" = phi  i64 [0, %".11"], [%".283", %".29"]
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
  %".72" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".71", <16 x float> %".65", <16 x float> %".59")
  %".73" = insertelement <1 x float> <float undef>, float %".69", i32 0
  %".74" = shufflevector <1 x float> %".73", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".75" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".74", <1 x float> %".67", <1 x float> %".62")
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
  %".86" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".85", <16 x float> %".79", <16 x float> %".72")
  %".87" = insertelement <1 x float> <float undef>, float %".83", i32 0
  %".88" = shufflevector <1 x float> %".87", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".89" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".88", <1 x float> %".81", <1 x float> %".75")
  %".90" = getelementptr float, ptr %".9", i64 1
  %".91" = mul i64 0, 32
  %".92" = getelementptr float, ptr %".90", i64 %".91"
  %".93" = load <16 x float>, ptr %".92", align 4
  %".94" = getelementptr float, ptr %".92", i64 16
  %".95" = load <1 x float>, ptr %".94", align 4
  %".96" = getelementptr float, ptr %"W", i64 0
  %".97" = getelementptr float, ptr %".96", i64 2
  %".98" = load float, ptr %".97"
  %".99" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".98", i32 0
  %".100" = shufflevector <16 x float> %".99", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".101" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".100", <16 x float> %".93", <16 x float> %".86")
  %".102" = insertelement <1 x float> <float undef>, float %".98", i32 0
  %".103" = shufflevector <1 x float> %".102", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".104" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".103", <1 x float> %".95", <1 x float> %".89")
  %".105" = add i64 0, 1
  %".106" = mul i64 %".105", 32
  %".107" = getelementptr float, ptr %".90", i64 %".106"
  %".108" = load <16 x float>, ptr %".107", align 4
  %".109" = getelementptr float, ptr %".107", i64 16
  %".110" = load <1 x float>, ptr %".109", align 4
  %".111" = getelementptr float, ptr %"W", i64 %".105"
  %".112" = getelementptr float, ptr %".111", i64 2
  %".113" = load float, ptr %".112"
  %".114" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".113", i32 0
  %".115" = shufflevector <16 x float> %".114", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".116" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".115", <16 x float> %".108", <16 x float> %".101")
  %".117" = insertelement <1 x float> <float undef>, float %".113", i32 0
  %".118" = shufflevector <1 x float> %".117", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".119" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".118", <1 x float> %".110", <1 x float> %".104")
  %".120" = mul i64 0, 32
  %".121" = getelementptr float, ptr %".9", i64 %".120"
  %".122" = getelementptr float, ptr %".121", i64 64
  %".123" = load <16 x float>, ptr %".122", align 4
  %".124" = getelementptr float, ptr %".121", i64 80
  %".125" = load <1 x float>, ptr %".124", align 4
  %".126" = getelementptr float, ptr %"W", i64 0
  %".127" = load float, ptr %".126"
  %".128" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".127", i32 0
  %".129" = shufflevector <16 x float> %".128", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".130" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".129", <16 x float> %".123", <16 x float> %".59")
  %".131" = insertelement <1 x float> <float undef>, float %".127", i32 0
  %".132" = shufflevector <1 x float> %".131", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".133" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".132", <1 x float> %".125", <1 x float> %".62")
  %".134" = getelementptr float, ptr %".126", i64 4
  %".135" = load float, ptr %".134"
  %".136" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".135", i32 0
  %".137" = shufflevector <16 x float> %".136", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".138" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".137", <16 x float> %".123", <16 x float> %".116")
  %".139" = insertelement <1 x float> <float undef>, float %".135", i32 0
  %".140" = shufflevector <1 x float> %".139", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".141" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".140", <1 x float> %".125", <1 x float> %".119")
  %".142" = add i64 0, 1
  %".143" = mul i64 %".142", 32
  %".144" = getelementptr float, ptr %".9", i64 %".143"
  %".145" = getelementptr float, ptr %".144", i64 64
  %".146" = load <16 x float>, ptr %".145", align 4
  %".147" = getelementptr float, ptr %".144", i64 80
  %".148" = load <1 x float>, ptr %".147", align 4
  %".149" = getelementptr float, ptr %"W", i64 %".142"
  %".150" = load float, ptr %".149"
  %".151" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".150", i32 0
  %".152" = shufflevector <16 x float> %".151", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".153" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".152", <16 x float> %".146", <16 x float> %".130")
  %".154" = insertelement <1 x float> <float undef>, float %".150", i32 0
  %".155" = shufflevector <1 x float> %".154", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".156" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".155", <1 x float> %".148", <1 x float> %".133")
  %".157" = getelementptr float, ptr %".149", i64 4
  %".158" = load float, ptr %".157"
  %".159" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".158", i32 0
  %".160" = shufflevector <16 x float> %".159", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".161" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".160", <16 x float> %".146", <16 x float> %".138")
  %".162" = insertelement <1 x float> <float undef>, float %".158", i32 0
  %".163" = shufflevector <1 x float> %".162", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".164" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".163", <1 x float> %".148", <1 x float> %".141")
  %".165" = getelementptr float, ptr %".9", i64 1
  %".166" = mul i64 0, 32
  %".167" = getelementptr float, ptr %".165", i64 %".166"
  %".168" = getelementptr float, ptr %".167", i64 64
  %".169" = load <16 x float>, ptr %".168", align 4
  %".170" = getelementptr float, ptr %".167", i64 80
  %".171" = load <1 x float>, ptr %".170", align 4
  %".172" = getelementptr float, ptr %"W", i64 0
  %".173" = getelementptr float, ptr %".172", i64 2
  %".174" = load float, ptr %".173"
  %".175" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".174", i32 0
  %".176" = shufflevector <16 x float> %".175", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".177" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".176", <16 x float> %".169", <16 x float> %".153")
  %".178" = insertelement <1 x float> <float undef>, float %".174", i32 0
  %".179" = shufflevector <1 x float> %".178", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".180" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".179", <1 x float> %".171", <1 x float> %".156")
  %".181" = getelementptr float, ptr %".172", i64 6
  %".182" = load float, ptr %".181"
  %".183" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".182", i32 0
  %".184" = shufflevector <16 x float> %".183", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".185" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".184", <16 x float> %".169", <16 x float> %".161")
  %".186" = insertelement <1 x float> <float undef>, float %".182", i32 0
  %".187" = shufflevector <1 x float> %".186", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".188" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".187", <1 x float> %".171", <1 x float> %".164")
  %".189" = add i64 0, 1
  %".190" = mul i64 %".189", 32
  %".191" = getelementptr float, ptr %".165", i64 %".190"
  %".192" = getelementptr float, ptr %".191", i64 64
  %".193" = load <16 x float>, ptr %".192", align 4
  %".194" = getelementptr float, ptr %".191", i64 80
  %".195" = load <1 x float>, ptr %".194", align 4
  %".196" = getelementptr float, ptr %"W", i64 %".189"
  %".197" = getelementptr float, ptr %".196", i64 2
  %".198" = load float, ptr %".197"
  %".199" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".198", i32 0
  %".200" = shufflevector <16 x float> %".199", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".201" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".200", <16 x float> %".193", <16 x float> %".177")
  %".202" = insertelement <1 x float> <float undef>, float %".198", i32 0
  %".203" = shufflevector <1 x float> %".202", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".204" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".203", <1 x float> %".195", <1 x float> %".180")
  %".205" = getelementptr float, ptr %".196", i64 6
  %".206" = load float, ptr %".205"
  %".207" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".206", i32 0
  %".208" = shufflevector <16 x float> %".207", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".209" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".208", <16 x float> %".193", <16 x float> %".185")
  %".210" = insertelement <1 x float> <float undef>, float %".206", i32 0
  %".211" = shufflevector <1 x float> %".210", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".212" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".211", <1 x float> %".195", <1 x float> %".188")
  %".213" = mul i64 0, 32
  %".214" = getelementptr float, ptr %".9", i64 %".213"
  %".215" = getelementptr float, ptr %".214", i64 128
  %".216" = load <16 x float>, ptr %".215", align 4
  %".217" = getelementptr float, ptr %".214", i64 144
  %".218" = load <1 x float>, ptr %".217", align 4
  %".219" = getelementptr float, ptr %"W", i64 0
  %".220" = getelementptr float, ptr %".219", i64 4
  %".221" = load float, ptr %".220"
  %".222" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".221", i32 0
  %".223" = shufflevector <16 x float> %".222", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".224" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".223", <16 x float> %".216", <16 x float> %".201")
  %".225" = insertelement <1 x float> <float undef>, float %".221", i32 0
  %".226" = shufflevector <1 x float> %".225", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".227" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".226", <1 x float> %".218", <1 x float> %".204")
  %".228" = add i64 0, 1
  %".229" = mul i64 %".228", 32
  %".230" = getelementptr float, ptr %".9", i64 %".229"
  %".231" = getelementptr float, ptr %".230", i64 128
  %".232" = load <16 x float>, ptr %".231", align 4
  %".233" = getelementptr float, ptr %".230", i64 144
  %".234" = load <1 x float>, ptr %".233", align 4
  %".235" = getelementptr float, ptr %"W", i64 %".228"
  %".236" = getelementptr float, ptr %".235", i64 4
  %".237" = load float, ptr %".236"
  %".238" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".237", i32 0
  %".239" = shufflevector <16 x float> %".238", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".240" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".239", <16 x float> %".232", <16 x float> %".224")
  %".241" = insertelement <1 x float> <float undef>, float %".237", i32 0
  %".242" = shufflevector <1 x float> %".241", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".243" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".242", <1 x float> %".234", <1 x float> %".227")
  %".244" = getelementptr float, ptr %".9", i64 1
  %".245" = mul i64 0, 32
  %".246" = getelementptr float, ptr %".244", i64 %".245"
  %".247" = getelementptr float, ptr %".246", i64 128
  %".248" = load <16 x float>, ptr %".247", align 4
  %".249" = getelementptr float, ptr %".246", i64 144
  %".250" = load <1 x float>, ptr %".249", align 4
  %".251" = getelementptr float, ptr %"W", i64 0
  %".252" = getelementptr float, ptr %".251", i64 6
  %".253" = load float, ptr %".252"
  %".254" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".253", i32 0
  %".255" = shufflevector <16 x float> %".254", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".256" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".255", <16 x float> %".248", <16 x float> %".240")
  %".257" = insertelement <1 x float> <float undef>, float %".253", i32 0
  %".258" = shufflevector <1 x float> %".257", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".259" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".258", <1 x float> %".250", <1 x float> %".243")
  %".260" = add i64 0, 1
  %".261" = mul i64 %".260", 32
  %".262" = getelementptr float, ptr %".244", i64 %".261"
  %".263" = getelementptr float, ptr %".262", i64 128
  %".264" = load <16 x float>, ptr %".263", align 4
  %".265" = getelementptr float, ptr %".262", i64 144
  %".266" = load <1 x float>, ptr %".265", align 4
  %".267" = getelementptr float, ptr %"W", i64 %".260"
  %".268" = getelementptr float, ptr %".267", i64 6
  %".269" = load float, ptr %".268"
  %".270" = insertelement <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".269", i32 0
  %".271" = shufflevector <16 x float> %".270", <16 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <16 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".272" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> %".271", <16 x float> %".264", <16 x float> %".256")
  %".273" = insertelement <1 x float> <float undef>, float %".269", i32 0
  %".274" = shufflevector <1 x float> %".273", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".275" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".274", <1 x float> %".266", <1 x float> %".259")
  store <16 x float> %".209", ptr %".27", align 4
  %".277" = getelementptr float, ptr %".27", i64 16
  store <1 x float> %".212", ptr %".277", align 4
  %".279" = getelementptr float, ptr %".27", i64 17
  store <16 x float> %".272", ptr %".279", align 4
  %".281" = getelementptr float, ptr %".27", i64 33
  store <1 x float> %".275", ptr %".281", align 4
  %".283" = add i64 %".23", 1
  %".284" = icmp slt i64 %".283", %"count"
  br i1 %".284", label %".19", label %".20"
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

