; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_weight_gradient__f2x2_s1x1_2x3x1_to_5__f32__v128_r2k2v2"(i64 %"count", ptr noalias %"x", ptr noalias %"dZ", ptr noalias %"dW", ptr noalias %"db") noinline nounwind
{
.7:
  %".10" = icmp slt i64 0, %"count"
  br i1 %".10", label %".8", label %".9"
.8:
  %".12" = phi  i64 [0, %".7"], [%".132", %".18"]
  %".13" = mul i64 %".12", 27
  %".14" = getelementptr float, ptr %"x", i64 %".13"
  %".15" = mul i64 %".12", 78
  %".16" = getelementptr float, ptr %"dZ", i64 %".15"
  br label %".17"
.9:
  ret void
.17:
  %".20" = phi  i64 [0, %".8"], [%".91", %".36"]
  %".21" = phi  <4 x float> [<float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".58", %".36"]
  %".22" = phi  <1 x float> [<float              0x0>, %".8"], [%".61", %".36"]
  %".23" = phi  <4 x float> [<float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".66", %".36"]
  %".24" = phi  <1 x float> [<float              0x0>, %".8"], [%".69", %".36"]
  %".25" = phi  <4 x float> [<float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".74", %".36"]
  %".26" = phi  <1 x float> [<float              0x0>, %".8"], [%".77", %".36"]
  %".27" = phi  <4 x float> [<float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".82", %".36"]
  %".28" = phi  <1 x float> [<float              0x0>, %".8"], [%".85", %".36"]
  %".29" = phi  <4 x float> [<float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".86", %".36"]
  %".30" = phi  <1 x float> [<float              0x0>, %".8"], [%".87", %".36"]
  %".31" = mul i64 %".20", 6
  %".32" = getelementptr float, ptr %".14", i64 %".31"
  %".33" = mul i64 %".20", 25
  %".34" = getelementptr float, ptr %".16", i64 %".33"
  br label %".35"
.18:
  %".94" = load <4 x float>, ptr %"dW", align 4
  %".95" = fadd <4 x float> %".94", %".58"
  store <4 x float> %".95", ptr %"dW", align 4
  %".97" = getelementptr float, ptr %"dW", i64 4
  %".98" = load <1 x float>, ptr %".97", align 4
  %".99" = fadd <1 x float> %".98", %".61"
  store <1 x float> %".99", ptr %".97", align 4
  %".101" = getelementptr float, ptr %"dW", i64 5
  %".102" = load <4 x float>, ptr %".101", align 4
  %".103" = fadd <4 x float> %".102", %".66"
  store <4 x float> %".103", ptr %".101", align 4
  %".105" = getelementptr float, ptr %"dW", i64 9
  %".106" = load <1 x float>, ptr %".105", align 4
  %".107" = fadd <1 x float> %".106", %".69"
  store <1 x float> %".107", ptr %".105", align 4
  %".109" = getelementptr float, ptr %"dW", i64 10
  %".110" = load <4 x float>, ptr %".109", align 4
  %".111" = fadd <4 x float> %".110", %".74"
  store <4 x float> %".111", ptr %".109", align 4
  %".113" = getelementptr float, ptr %"dW", i64 14
  %".114" = load <1 x float>, ptr %".113", align 4
  %".115" = fadd <1 x float> %".114", %".77"
  store <1 x float> %".115", ptr %".113", align 4
  %".117" = getelementptr float, ptr %"dW", i64 15
  %".118" = load <4 x float>, ptr %".117", align 4
  %".119" = fadd <4 x float> %".118", %".82"
  store <4 x float> %".119", ptr %".117", align 4
  %".121" = getelementptr float, ptr %"dW", i64 19
  %".122" = load <1 x float>, ptr %".121", align 4
  %".123" = fadd <1 x float> %".122", %".85"
  store <1 x float> %".123", ptr %".121", align 4
  %".125" = load <4 x float>, ptr %"db", align 4
  %".126" = fadd <4 x float> %".125", %".86"
  store <4 x float> %".126", ptr %"db", align 4
  %".128" = getelementptr float, ptr %"db", i64 4
  %".129" = load <1 x float>, ptr %".128", align 4
  %".130" = fadd <1 x float> %".129", %".87"
  store <1 x float> %".130", ptr %".128", align 4
  %".132" = add i64 %".12", 1
  %".133" = icmp slt i64 %".132", %"count"
  br i1 %".133", label %".8", label %".9"
.35:
  %".38" = phi  i64 [0, %".17"], [%".88", %".35"]
  %".39" = phi  <4 x float> [%".21", %".17"], [%".58", %".35"]
  %".40" = phi  <1 x float> [%".22", %".17"], [%".61", %".35"]
  %".41" = phi  <4 x float> [%".23", %".17"], [%".66", %".35"]
  %".42" = phi  <1 x float> [%".24", %".17"], [%".69", %".35"]
  %".43" = phi  <4 x float> [%".25", %".17"], [%".74", %".35"]
  %".44" = phi  <1 x float> [%".26", %".17"], [%".77", %".35"]
  %".45" = phi  <4 x float> [%".27", %".17"], [%".82", %".35"]
  %".46" = phi  <1 x float> [%".28", %".17"], [%".85", %".35"]
  %".47" = phi  <4 x float> [%".29", %".17"], [%".86", %".35"]
  %".48" = phi  <1 x float> [%".30", %".17"], [%".87", %".35"]
  %".49" = getelementptr float, ptr %".32", i64 %".38"
  %".50" = mul i64 %".38", 5
  %".51" = getelementptr float, ptr %".34", i64 %".50"
  %".52" = load <4 x float>, ptr %".51", align 4
  %".53" = getelementptr float, ptr %".51", i64 4
  %".54" = load <1 x float>, ptr %".53", align 4
  %".55" = load float, ptr %".49"
  %".56" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".55", i32 0
  %".57" = shufflevector <4 x float> %".56", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".58" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".57", <4 x float> %".52", <4 x float> %".39")
  %".59" = insertelement <1 x float> <float undef>, float %".55", i32 0
  %".60" = shufflevector <1 x float> %".59", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".61" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".60", <1 x float> %".54", <1 x float> %".40")
  %".62" = getelementptr float, ptr %".49", i64 1
  %".63" = load float, ptr %".62"
  %".64" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".63", i32 0
  %".65" = shufflevector <4 x float> %".64", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".66" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".65", <4 x float> %".52", <4 x float> %".41")
  %".67" = insertelement <1 x float> <float undef>, float %".63", i32 0
  %".68" = shufflevector <1 x float> %".67", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".69" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".68", <1 x float> %".54", <1 x float> %".42")
  %".70" = getelementptr float, ptr %".49", i64 6
  %".71" = load float, ptr %".70"
  %".72" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".71", i32 0
  %".73" = shufflevector <4 x float> %".72", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".74" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".73", <4 x float> %".52", <4 x float> %".43")
  %".75" = insertelement <1 x float> <float undef>, float %".71", i32 0
  %".76" = shufflevector <1 x float> %".75", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".77" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".76", <1 x float> %".54", <1 x float> %".44")
  %".78" = getelementptr float, ptr %".49", i64 7
  %".79" = load float, ptr %".78"
  %".80" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".79", i32 0
  %".81" = shufflevector <4 x float> %".80", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".82" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".81", <4 x float> %".52", <4 x float> %".45")
  %".83" = insertelement <1 x float> <float undef>, float %".79", i32 0
  %".84" = shufflevector <1 x float> %".83", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".85" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".84", <1 x float> %".54", <1 x float> %".46")
  %".86" = fadd <4 x float> %".47", %".52"
  %".87" = fadd <1 x float> %".48", %".54"
  %".88" = add i64 %".38", 1
  %".89" = icmp slt i64 %".88", 3
  br i1 %".89", label %".35", label %".36"
.36:
  %".91" = add i64 %".20", 1
  %".92" = icmp slt i64 %".91", 2
  br i1 %".92", label %".17", label %".18"
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

declare <1 x float> @"llvm.fma.v1f32"(<1 x float> %".1", <1 x float> %".2", <1 x float> %".3")

