; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_forward__f2x2_s1x1_2x3x1_to_9_relu__f32__v128_p3v3"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".11" = icmp slt i64 0, %"count"
  br i1 %".11", label %".9", label %".10"
.9:
  %".13" = phi  i64 [0, %".8"], [%".239", %".19"]
  %".14" = mul i64 %".13", 12
  %".15" = getelementptr float, ptr %"x", i64 %".14"
  %".16" = mul i64 %".13", 54
  %".17" = getelementptr float, ptr %"y", i64 %".16"
  br label %".18"
.10:
  ret void
.18:
  %".21" = phi  i64 [0, %".9"], [%".236", %".18"]
  %".22" = mul i64 %".21", 4
  %".23" = getelementptr float, ptr %".15", i64 %".22"
  %".24" = load <4 x float>, ptr %"b", align 4
  %".25" = getelementptr float, ptr %"b", i64 4
  %".26" = load <4 x float>, ptr %".25", align 4
  %".27" = getelementptr float, ptr %"b", i64 8
  %".28" = load <1 x float>, ptr %".27", align 4
  %".29" = load <4 x float>, ptr %"W", align 4
  %".30" = getelementptr float, ptr %"W", i64 4
  %".31" = load <4 x float>, ptr %".30", align 4
  %".32" = getelementptr float, ptr %"W", i64 8
  %".33" = load <1 x float>, ptr %".32", align 4
  %".34" = load float, ptr %".23"
  %".35" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".34", i32 0
  %".36" = shufflevector <4 x float> %".35", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".37" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".36", <4 x float> %".29", <4 x float> %".24")
  %".38" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".34", i32 0
  %".39" = shufflevector <4 x float> %".38", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".40" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".39", <4 x float> %".31", <4 x float> %".26")
  %".41" = insertelement <1 x float> <float undef>, float %".34", i32 0
  %".42" = shufflevector <1 x float> %".41", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".43" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".42", <1 x float> %".33", <1 x float> %".28")
  %".44" = getelementptr float, ptr %".23", i64 1
  %".45" = load float, ptr %".44"
  %".46" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".45", i32 0
  %".47" = shufflevector <4 x float> %".46", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".48" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".47", <4 x float> %".29", <4 x float> %".24")
  %".49" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".45", i32 0
  %".50" = shufflevector <4 x float> %".49", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".51" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".50", <4 x float> %".31", <4 x float> %".26")
  %".52" = insertelement <1 x float> <float undef>, float %".45", i32 0
  %".53" = shufflevector <1 x float> %".52", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".54" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".53", <1 x float> %".33", <1 x float> %".28")
  %".55" = getelementptr float, ptr %".23", i64 2
  %".56" = load float, ptr %".55"
  %".57" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".56", i32 0
  %".58" = shufflevector <4 x float> %".57", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".59" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".58", <4 x float> %".29", <4 x float> %".24")
  %".60" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".56", i32 0
  %".61" = shufflevector <4 x float> %".60", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".62" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".61", <4 x float> %".31", <4 x float> %".26")
  %".63" = insertelement <1 x float> <float undef>, float %".56", i32 0
  %".64" = shufflevector <1 x float> %".63", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".65" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".64", <1 x float> %".33", <1 x float> %".28")
  %".66" = getelementptr float, ptr %"W", i64 9
  %".67" = load <4 x float>, ptr %".66", align 4
  %".68" = getelementptr float, ptr %"W", i64 13
  %".69" = load <4 x float>, ptr %".68", align 4
  %".70" = getelementptr float, ptr %"W", i64 17
  %".71" = load <1 x float>, ptr %".70", align 4
  %".72" = getelementptr float, ptr %".23", i64 1
  %".73" = load float, ptr %".72"
  %".74" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".73", i32 0
  %".75" = shufflevector <4 x float> %".74", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".76" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".75", <4 x float> %".67", <4 x float> %".37")
  %".77" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".73", i32 0
  %".78" = shufflevector <4 x float> %".77", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".79" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".78", <4 x float> %".69", <4 x float> %".40")
  %".80" = insertelement <1 x float> <float undef>, float %".73", i32 0
  %".81" = shufflevector <1 x float> %".80", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".82" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".81", <1 x float> %".71", <1 x float> %".43")
  %".83" = getelementptr float, ptr %".23", i64 2
  %".84" = load float, ptr %".83"
  %".85" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".84", i32 0
  %".86" = shufflevector <4 x float> %".85", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".87" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".86", <4 x float> %".67", <4 x float> %".48")
  %".88" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".84", i32 0
  %".89" = shufflevector <4 x float> %".88", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".90" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".89", <4 x float> %".69", <4 x float> %".51")
  %".91" = insertelement <1 x float> <float undef>, float %".84", i32 0
  %".92" = shufflevector <1 x float> %".91", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".93" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".92", <1 x float> %".71", <1 x float> %".54")
  %".94" = getelementptr float, ptr %".23", i64 3
  %".95" = load float, ptr %".94"
  %".96" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".95", i32 0
  %".97" = shufflevector <4 x float> %".96", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".98" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".97", <4 x float> %".67", <4 x float> %".59")
  %".99" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".95", i32 0
  %".100" = shufflevector <4 x float> %".99", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".101" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".100", <4 x float> %".69", <4 x float> %".62")
  %".102" = insertelement <1 x float> <float undef>, float %".95", i32 0
  %".103" = shufflevector <1 x float> %".102", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".104" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".103", <1 x float> %".71", <1 x float> %".65")
  %".105" = getelementptr float, ptr %".23", i64 4
  %".106" = getelementptr float, ptr %"W", i64 18
  %".107" = load <4 x float>, ptr %".106", align 4
  %".108" = getelementptr float, ptr %".106", i64 4
  %".109" = load <4 x float>, ptr %".108", align 4
  %".110" = getelementptr float, ptr %".106", i64 8
  %".111" = load <1 x float>, ptr %".110", align 4
  %".112" = load float, ptr %".105"
  %".113" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".112", i32 0
  %".114" = shufflevector <4 x float> %".113", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".115" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".114", <4 x float> %".107", <4 x float> %".76")
  %".116" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".112", i32 0
  %".117" = shufflevector <4 x float> %".116", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".118" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".117", <4 x float> %".109", <4 x float> %".79")
  %".119" = insertelement <1 x float> <float undef>, float %".112", i32 0
  %".120" = shufflevector <1 x float> %".119", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".121" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".120", <1 x float> %".111", <1 x float> %".82")
  %".122" = getelementptr float, ptr %".105", i64 1
  %".123" = load float, ptr %".122"
  %".124" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".123", i32 0
  %".125" = shufflevector <4 x float> %".124", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".126" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".125", <4 x float> %".107", <4 x float> %".87")
  %".127" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".123", i32 0
  %".128" = shufflevector <4 x float> %".127", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".129" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".128", <4 x float> %".109", <4 x float> %".90")
  %".130" = insertelement <1 x float> <float undef>, float %".123", i32 0
  %".131" = shufflevector <1 x float> %".130", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".132" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".131", <1 x float> %".111", <1 x float> %".93")
  %".133" = getelementptr float, ptr %".105", i64 2
  %".134" = load float, ptr %".133"
  %".135" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".134", i32 0
  %".136" = shufflevector <4 x float> %".135", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".137" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".136", <4 x float> %".107", <4 x float> %".98")
  %".138" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".134", i32 0
  %".139" = shufflevector <4 x float> %".138", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".140" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".139", <4 x float> %".109", <4 x float> %".101")
  %".141" = insertelement <1 x float> <float undef>, float %".134", i32 0
  %".142" = shufflevector <1 x float> %".141", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".143" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".142", <1 x float> %".111", <1 x float> %".104")
  %".144" = getelementptr float, ptr %".106", i64 9
  %".145" = load <4 x float>, ptr %".144", align 4
  %".146" = getelementptr float, ptr %".106", i64 13
  %".147" = load <4 x float>, ptr %".146", align 4
  %".148" = getelementptr float, ptr %".106", i64 17
  %".149" = load <1 x float>, ptr %".148", align 4
  %".150" = getelementptr float, ptr %".105", i64 1
  %".151" = load float, ptr %".150"
  %".152" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".151", i32 0
  %".153" = shufflevector <4 x float> %".152", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".154" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".153", <4 x float> %".145", <4 x float> %".115")
  %".155" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".151", i32 0
  %".156" = shufflevector <4 x float> %".155", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".157" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".156", <4 x float> %".147", <4 x float> %".118")
  %".158" = insertelement <1 x float> <float undef>, float %".151", i32 0
  %".159" = shufflevector <1 x float> %".158", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".160" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".159", <1 x float> %".149", <1 x float> %".121")
  %".161" = getelementptr float, ptr %".105", i64 2
  %".162" = load float, ptr %".161"
  %".163" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".162", i32 0
  %".164" = shufflevector <4 x float> %".163", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".165" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".164", <4 x float> %".145", <4 x float> %".126")
  %".166" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".162", i32 0
  %".167" = shufflevector <4 x float> %".166", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".168" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".167", <4 x float> %".147", <4 x float> %".129")
  %".169" = insertelement <1 x float> <float undef>, float %".162", i32 0
  %".170" = shufflevector <1 x float> %".169", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".171" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".170", <1 x float> %".149", <1 x float> %".132")
  %".172" = getelementptr float, ptr %".105", i64 3
  %".173" = load float, ptr %".172"
  %".174" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".173", i32 0
  %".175" = shufflevector <4 x float> %".174", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".176" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".175", <4 x float> %".145", <4 x float> %".137")
  %".177" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".173", i32 0
  %".178" = shufflevector <4 x float> %".177", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".179" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".178", <4 x float> %".147", <4 x float> %".140")
  %".180" = insertelement <1 x float> <float undef>, float %".173", i32 0
  %".181" = shufflevector <1 x float> %".180", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".182" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".181", <1 x float> %".149", <1 x float> %".143")
  %".183" = fcmp ole <4 x float> %".154", <float              0x0, float              0x0, float              0x0, float              0x0>
  %".184" = select  <4 x i1> %".183", <4 x float> <float              0x0, float              0x0, float              0x0, float              0x0>, <4 x float> %".154"
  %".185" = mul i64 %".21", 27
  %".186" = getelementptr float, ptr %".17", i64 %".185"
  store <4 x float> %".184", ptr %".186", align 4
  %".188" = fcmp ole <4 x float> %".157", <float              0x0, float              0x0, float              0x0, float              0x0>
  %".189" = select  <4 x i1> %".188", <4 x float> <float              0x0, float              0x0, float              0x0, float              0x0>, <4 x float> %".157"
  %".190" = mul i64 %".21", 27
  %".191" = add i64 %".190", 4
  %".192" = getelementptr float, ptr %".17", i64 %".191"
  store <4 x float> %".189", ptr %".192", align 4
  %".194" = fcmp ole <1 x float> %".160", <float              0x0>
  %".195" = select  <1 x i1> %".194", <1 x float> <float              0x0>, <1 x float> %".160"
  %".196" = mul i64 %".21", 27
  %".197" = add i64 %".196", 8
  %".198" = getelementptr float, ptr %".17", i64 %".197"
  store <1 x float> %".195", ptr %".198", align 4
  %".200" = fcmp ole <4 x float> %".165", <float              0x0, float              0x0, float              0x0, float              0x0>
  %".201" = select  <4 x i1> %".200", <4 x float> <float              0x0, float              0x0, float              0x0, float              0x0>, <4 x float> %".165"
  %".202" = mul i64 %".21", 27
  %".203" = add i64 %".202", 9
  %".204" = getelementptr float, ptr %".17", i64 %".203"
  store <4 x float> %".201", ptr %".204", align 4
  %".206" = fcmp ole <4 x float> %".168", <float              0x0, float              0x0, float              0x0, float              0x0>
  %".207" = select  <4 x i1> %".206", <4 x float> <float              0x0, float              0x0, float              0x0, float              0x0>, <4 x float> %".168"
  %".208" = mul i64 %".21", 27
  %".209" = add i64 %".208", 13
  %".210" = getelementptr float, ptr %".17", i64 %".209"
  store <4 x float> %".207", ptr %".210", align 4
  %".212" = fcmp ole <1 x float> %".171", <float              0x0>
  %".213" = select  <1 x i1> %".212", <1 x float> <float              0x0>, <1 x float> %".171"
  %".214" = mul i64 %".21", 27
  %".215" = add i64 %".214", 17
  %".216" = getelementptr float, ptr %".17", i64 %".215"
  store <1 x float> %".213", ptr %".216", align 4
  %".218" = fcmp ole <4 x float> %".176", <float              0x0, float              0x0, float              0x0, float              0x0>
  %".219" = select  <4 x i1> %".218", <4 x float> <float              0x0, float              0x0, float              0x0, float              0x0>, <4 x float> %".176"
  %".220" = mul i64 %".21", 27
  %".221" = add i64 %".220", 18
  %".222" = getelementptr float, ptr %".17", i64 %".221"
  store <4 x float> %".219", ptr %".222", align 4
  %".224" = fcmp ole <4 x float> %".179", <float              0x0, float              0x0, float              0x0, float              0x0>
  %".225" = select  <4 x i1> %".224", <4 x float> <float              0x0, float              0x0, float              0x0, float              0x0>, <4 x float> %".179"
  %".226" = mul i64 %".21", 27
  %".227" = add i64 %".226", 22
  %".228" = getelementptr float, ptr %".17", i64 %".227"
  store <4 x float> %".225", ptr %".228", align 4
  %".230" = fcmp ole <1 x float> %".182", <float              0x0>
  %".231" = select  <1 x i1> %".230", <1 x float> <float              0x0>, <1 x float> %".182"
  %".232" = mul i64 %".21", 27
  %".233" = add i64 %".232", 26
  %".234" = getelementptr float, ptr %".17", i64 %".233"
  store <1 x float> %".231", ptr %".234", align 4
  %".236" = add i64 %".21", 1
  %".237" = icmp slt i64 %".236", 2
  br i1 %".237", label %".18", label %".19"
.19:
  %".239" = add i64 %".13", 1
  %".240" = icmp slt i64 %".239", %"count"
  br i1 %".240", label %".9", label %".10"
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

declare <1 x float> @"llvm.fma.v1f32"(<1 x float> %".1", <1 x float> %".2", <1 x float> %".3")

