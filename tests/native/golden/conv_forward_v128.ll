; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_forward__f2x2_s1x1_2x3x1_to_9_relu__f32__v128_p3v3"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".11" = icmp slt i64 0, %"count"
  br i1 %".11", label %".9", label %".10"
.9:
  %".13" = phi  i64 [0, %".8"], [%".215", %".19"]
  %".14" = mul i64 %".13", 12
  %".15" = getelementptr float, ptr %"x", i64 %".14"
  %".16" = mul i64 %".13", 54
  %".17" = getelementptr float, ptr %"y", i64 %".16"
  br label %".18"
.10:
  ret void
.18:
  %".21" = phi  i64 [0, %".9"], [%".212", %".18"]
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
  %".37" = insertelement <1 x float> <float undef>, float %".34", i32 0
  %".38" = shufflevector <1 x float> %".37", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".39" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".36", <4 x float> %".29", <4 x float> %".24")
  %".40" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".36", <4 x float> %".31", <4 x float> %".26")
  %".41" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".38", <1 x float> %".33", <1 x float> %".28")
  %".42" = getelementptr float, ptr %".23", i64 1
  %".43" = load float, ptr %".42"
  %".44" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".43", i32 0
  %".45" = shufflevector <4 x float> %".44", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".46" = insertelement <1 x float> <float undef>, float %".43", i32 0
  %".47" = shufflevector <1 x float> %".46", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".48" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".45", <4 x float> %".29", <4 x float> %".24")
  %".49" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".45", <4 x float> %".31", <4 x float> %".26")
  %".50" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".47", <1 x float> %".33", <1 x float> %".28")
  %".51" = getelementptr float, ptr %".23", i64 2
  %".52" = load float, ptr %".51"
  %".53" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".52", i32 0
  %".54" = shufflevector <4 x float> %".53", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".55" = insertelement <1 x float> <float undef>, float %".52", i32 0
  %".56" = shufflevector <1 x float> %".55", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".57" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".54", <4 x float> %".29", <4 x float> %".24")
  %".58" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".54", <4 x float> %".31", <4 x float> %".26")
  %".59" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".56", <1 x float> %".33", <1 x float> %".28")
  %".60" = getelementptr float, ptr %"W", i64 9
  %".61" = load <4 x float>, ptr %".60", align 4
  %".62" = getelementptr float, ptr %"W", i64 13
  %".63" = load <4 x float>, ptr %".62", align 4
  %".64" = getelementptr float, ptr %"W", i64 17
  %".65" = load <1 x float>, ptr %".64", align 4
  %".66" = getelementptr float, ptr %".23", i64 1
  %".67" = load float, ptr %".66"
  %".68" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".67", i32 0
  %".69" = shufflevector <4 x float> %".68", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".70" = insertelement <1 x float> <float undef>, float %".67", i32 0
  %".71" = shufflevector <1 x float> %".70", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".72" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".69", <4 x float> %".61", <4 x float> %".39")
  %".73" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".69", <4 x float> %".63", <4 x float> %".40")
  %".74" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".71", <1 x float> %".65", <1 x float> %".41")
  %".75" = getelementptr float, ptr %".23", i64 2
  %".76" = load float, ptr %".75"
  %".77" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".76", i32 0
  %".78" = shufflevector <4 x float> %".77", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".79" = insertelement <1 x float> <float undef>, float %".76", i32 0
  %".80" = shufflevector <1 x float> %".79", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".81" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".78", <4 x float> %".61", <4 x float> %".48")
  %".82" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".78", <4 x float> %".63", <4 x float> %".49")
  %".83" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".80", <1 x float> %".65", <1 x float> %".50")
  %".84" = getelementptr float, ptr %".23", i64 3
  %".85" = load float, ptr %".84"
  %".86" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".85", i32 0
  %".87" = shufflevector <4 x float> %".86", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".88" = insertelement <1 x float> <float undef>, float %".85", i32 0
  %".89" = shufflevector <1 x float> %".88", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".90" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".87", <4 x float> %".61", <4 x float> %".57")
  %".91" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".87", <4 x float> %".63", <4 x float> %".58")
  %".92" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".89", <1 x float> %".65", <1 x float> %".59")
  %".93" = getelementptr float, ptr %".23", i64 4
  %".94" = getelementptr float, ptr %"W", i64 18
  %".95" = load <4 x float>, ptr %".94", align 4
  %".96" = getelementptr float, ptr %".94", i64 4
  %".97" = load <4 x float>, ptr %".96", align 4
  %".98" = getelementptr float, ptr %".94", i64 8
  %".99" = load <1 x float>, ptr %".98", align 4
  %".100" = load float, ptr %".93"
  %".101" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".100", i32 0
  %".102" = shufflevector <4 x float> %".101", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".103" = insertelement <1 x float> <float undef>, float %".100", i32 0
  %".104" = shufflevector <1 x float> %".103", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".105" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".102", <4 x float> %".95", <4 x float> %".72")
  %".106" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".102", <4 x float> %".97", <4 x float> %".73")
  %".107" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".104", <1 x float> %".99", <1 x float> %".74")
  %".108" = getelementptr float, ptr %".93", i64 1
  %".109" = load float, ptr %".108"
  %".110" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".109", i32 0
  %".111" = shufflevector <4 x float> %".110", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".112" = insertelement <1 x float> <float undef>, float %".109", i32 0
  %".113" = shufflevector <1 x float> %".112", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".114" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".111", <4 x float> %".95", <4 x float> %".81")
  %".115" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".111", <4 x float> %".97", <4 x float> %".82")
  %".116" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".113", <1 x float> %".99", <1 x float> %".83")
  %".117" = getelementptr float, ptr %".93", i64 2
  %".118" = load float, ptr %".117"
  %".119" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".118", i32 0
  %".120" = shufflevector <4 x float> %".119", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".121" = insertelement <1 x float> <float undef>, float %".118", i32 0
  %".122" = shufflevector <1 x float> %".121", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".123" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".120", <4 x float> %".95", <4 x float> %".90")
  %".124" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".120", <4 x float> %".97", <4 x float> %".91")
  %".125" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".122", <1 x float> %".99", <1 x float> %".92")
  %".126" = getelementptr float, ptr %".94", i64 9
  %".127" = load <4 x float>, ptr %".126", align 4
  %".128" = getelementptr float, ptr %".94", i64 13
  %".129" = load <4 x float>, ptr %".128", align 4
  %".130" = getelementptr float, ptr %".94", i64 17
  %".131" = load <1 x float>, ptr %".130", align 4
  %".132" = getelementptr float, ptr %".93", i64 1
  %".133" = load float, ptr %".132"
  %".134" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".133", i32 0
  %".135" = shufflevector <4 x float> %".134", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".136" = insertelement <1 x float> <float undef>, float %".133", i32 0
  %".137" = shufflevector <1 x float> %".136", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".138" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".135", <4 x float> %".127", <4 x float> %".105")
  %".139" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".135", <4 x float> %".129", <4 x float> %".106")
  %".140" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".137", <1 x float> %".131", <1 x float> %".107")
  %".141" = getelementptr float, ptr %".93", i64 2
  %".142" = load float, ptr %".141"
  %".143" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".142", i32 0
  %".144" = shufflevector <4 x float> %".143", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".145" = insertelement <1 x float> <float undef>, float %".142", i32 0
  %".146" = shufflevector <1 x float> %".145", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".147" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".144", <4 x float> %".127", <4 x float> %".114")
  %".148" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".144", <4 x float> %".129", <4 x float> %".115")
  %".149" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".146", <1 x float> %".131", <1 x float> %".116")
  %".150" = getelementptr float, ptr %".93", i64 3
  %".151" = load float, ptr %".150"
  %".152" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".151", i32 0
  %".153" = shufflevector <4 x float> %".152", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".154" = insertelement <1 x float> <float undef>, float %".151", i32 0
  %".155" = shufflevector <1 x float> %".154", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".156" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".153", <4 x float> %".127", <4 x float> %".123")
  %".157" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".153", <4 x float> %".129", <4 x float> %".124")
  %".158" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".155", <1 x float> %".131", <1 x float> %".125")
  %".159" = fcmp ole <4 x float> %".138", <float 0.0, float 0.0, float 0.0, float 0.0>
  %".160" = select  <4 x i1> %".159", <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>, <4 x float> %".138"
  %".161" = mul i64 %".21", 27
  %".162" = getelementptr float, ptr %".17", i64 %".161"
  store <4 x float> %".160", ptr %".162", align 4
  %".164" = fcmp ole <4 x float> %".139", <float 0.0, float 0.0, float 0.0, float 0.0>
  %".165" = select  <4 x i1> %".164", <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>, <4 x float> %".139"
  %".166" = mul i64 %".21", 27
  %".167" = add i64 %".166", 4
  %".168" = getelementptr float, ptr %".17", i64 %".167"
  store <4 x float> %".165", ptr %".168", align 4
  %".170" = fcmp ole <1 x float> %".140", <float 0.0>
  %".171" = select  <1 x i1> %".170", <1 x float> <float 0.0>, <1 x float> %".140"
  %".172" = mul i64 %".21", 27
  %".173" = add i64 %".172", 8
  %".174" = getelementptr float, ptr %".17", i64 %".173"
  store <1 x float> %".171", ptr %".174", align 4
  %".176" = fcmp ole <4 x float> %".147", <float 0.0, float 0.0, float 0.0, float 0.0>
  %".177" = select  <4 x i1> %".176", <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>, <4 x float> %".147"
  %".178" = mul i64 %".21", 27
  %".179" = add i64 %".178", 9
  %".180" = getelementptr float, ptr %".17", i64 %".179"
  store <4 x float> %".177", ptr %".180", align 4
  %".182" = fcmp ole <4 x float> %".148", <float 0.0, float 0.0, float 0.0, float 0.0>
  %".183" = select  <4 x i1> %".182", <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>, <4 x float> %".148"
  %".184" = mul i64 %".21", 27
  %".185" = add i64 %".184", 13
  %".186" = getelementptr float, ptr %".17", i64 %".185"
  store <4 x float> %".183", ptr %".186", align 4
  %".188" = fcmp ole <1 x float> %".149", <float 0.0>
  %".189" = select  <1 x i1> %".188", <1 x float> <float 0.0>, <1 x float> %".149"
  %".190" = mul i64 %".21", 27
  %".191" = add i64 %".190", 17
  %".192" = getelementptr float, ptr %".17", i64 %".191"
  store <1 x float> %".189", ptr %".192", align 4
  %".194" = fcmp ole <4 x float> %".156", <float 0.0, float 0.0, float 0.0, float 0.0>
  %".195" = select  <4 x i1> %".194", <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>, <4 x float> %".156"
  %".196" = mul i64 %".21", 27
  %".197" = add i64 %".196", 18
  %".198" = getelementptr float, ptr %".17", i64 %".197"
  store <4 x float> %".195", ptr %".198", align 4
  %".200" = fcmp ole <4 x float> %".157", <float 0.0, float 0.0, float 0.0, float 0.0>
  %".201" = select  <4 x i1> %".200", <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>, <4 x float> %".157"
  %".202" = mul i64 %".21", 27
  %".203" = add i64 %".202", 22
  %".204" = getelementptr float, ptr %".17", i64 %".203"
  store <4 x float> %".201", ptr %".204", align 4
  %".206" = fcmp ole <1 x float> %".158", <float 0.0>
  %".207" = select  <1 x i1> %".206", <1 x float> <float 0.0>, <1 x float> %".158"
  %".208" = mul i64 %".21", 27
  %".209" = add i64 %".208", 26
  %".210" = getelementptr float, ptr %".17", i64 %".209"
  store <1 x float> %".207", ptr %".210", align 4
  %".212" = add i64 %".21", 1
  %".213" = icmp slt i64 %".212", 2
  br i1 %".213", label %".18", label %".19"
.19:
  %".215" = add i64 %".13", 1
  %".216" = icmp slt i64 %".215", %"count"
  br i1 %".216", label %".9", label %".10"
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

declare <1 x float> @"llvm.fma.v1f32"(<1 x float> %".1", <1 x float> %".2", <1 x float> %".3")

