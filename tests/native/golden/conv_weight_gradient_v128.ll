; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_weight_gradient__f2x2_s1x1_2x3x1_to_5__f32__v128_r2k2v2"(i64 %"count", ptr noalias %"x", ptr noalias %"dZ", ptr noalias %"dW", ptr noalias %"db") noinline nounwind
{
.7:
  %".10" = icmp slt i64 0, %"count"
  br i1 %".10", label %".8", label %".9"
.8:
  %".12" = phi  i64 [0, %".7"], [%".140", %".14"]
  br label %".13"
.9:
  ret void
.13:
  %".16" = phi  i64 [0, %".8"], [%".137", %".23"]
  %".17" = add i64 %".12", %".16"
  %".18" = mul i64 %".17", 27
  %".19" = getelementptr float, ptr %"x", i64 %".18"
  %".20" = mul i64 %".17", 78
  %".21" = getelementptr float, ptr %"dZ", i64 %".20"
  br label %".22"
.14:
  %".140" = add i64 %".12", 1
  %".141" = icmp slt i64 %".140", %"count"
  br i1 %".141", label %".8", label %".9"
.22:
  %".25" = phi  i64 [0, %".13"], [%".96", %".41"]
  %".26" = phi  <4 x float> [<float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".65", %".41"]
  %".27" = phi  <1 x float> [<float 0.0>, %".13"], [%".66", %".41"]
  %".28" = phi  <4 x float> [<float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".73", %".41"]
  %".29" = phi  <1 x float> [<float 0.0>, %".13"], [%".74", %".41"]
  %".30" = phi  <4 x float> [<float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".81", %".41"]
  %".31" = phi  <1 x float> [<float 0.0>, %".13"], [%".82", %".41"]
  %".32" = phi  <4 x float> [<float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".89", %".41"]
  %".33" = phi  <1 x float> [<float 0.0>, %".13"], [%".90", %".41"]
  %".34" = phi  <4 x float> [<float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".91", %".41"]
  %".35" = phi  <1 x float> [<float 0.0>, %".13"], [%".92", %".41"]
  %".36" = mul i64 %".25", 6
  %".37" = getelementptr float, ptr %".19", i64 %".36"
  %".38" = mul i64 %".25", 25
  %".39" = getelementptr float, ptr %".21", i64 %".38"
  br label %".40"
.23:
  %".99" = load <4 x float>, ptr %"dW", align 4
  %".100" = fadd <4 x float> %".99", %".65"
  store <4 x float> %".100", ptr %"dW", align 4
  %".102" = getelementptr float, ptr %"dW", i64 4
  %".103" = load <1 x float>, ptr %".102", align 4
  %".104" = fadd <1 x float> %".103", %".66"
  store <1 x float> %".104", ptr %".102", align 4
  %".106" = getelementptr float, ptr %"dW", i64 5
  %".107" = load <4 x float>, ptr %".106", align 4
  %".108" = fadd <4 x float> %".107", %".73"
  store <4 x float> %".108", ptr %".106", align 4
  %".110" = getelementptr float, ptr %"dW", i64 9
  %".111" = load <1 x float>, ptr %".110", align 4
  %".112" = fadd <1 x float> %".111", %".74"
  store <1 x float> %".112", ptr %".110", align 4
  %".114" = getelementptr float, ptr %"dW", i64 10
  %".115" = load <4 x float>, ptr %".114", align 4
  %".116" = fadd <4 x float> %".115", %".81"
  store <4 x float> %".116", ptr %".114", align 4
  %".118" = getelementptr float, ptr %"dW", i64 14
  %".119" = load <1 x float>, ptr %".118", align 4
  %".120" = fadd <1 x float> %".119", %".82"
  store <1 x float> %".120", ptr %".118", align 4
  %".122" = getelementptr float, ptr %"dW", i64 15
  %".123" = load <4 x float>, ptr %".122", align 4
  %".124" = fadd <4 x float> %".123", %".89"
  store <4 x float> %".124", ptr %".122", align 4
  %".126" = getelementptr float, ptr %"dW", i64 19
  %".127" = load <1 x float>, ptr %".126", align 4
  %".128" = fadd <1 x float> %".127", %".90"
  store <1 x float> %".128", ptr %".126", align 4
  %".130" = load <4 x float>, ptr %"db", align 4
  %".131" = fadd <4 x float> %".130", %".91"
  store <4 x float> %".131", ptr %"db", align 4
  %".133" = getelementptr float, ptr %"db", i64 4
  %".134" = load <1 x float>, ptr %".133", align 4
  %".135" = fadd <1 x float> %".134", %".92"
  store <1 x float> %".135", ptr %".133", align 4
  %".137" = add i64 %".16", 1
  %".138" = icmp slt i64 %".137", 1
  br i1 %".138", label %".13", label %".14"
.40:
  %".43" = phi  i64 [0, %".22"], [%".93", %".40"]
  %".44" = phi  <4 x float> [%".26", %".22"], [%".65", %".40"]
  %".45" = phi  <1 x float> [%".27", %".22"], [%".66", %".40"]
  %".46" = phi  <4 x float> [%".28", %".22"], [%".73", %".40"]
  %".47" = phi  <1 x float> [%".29", %".22"], [%".74", %".40"]
  %".48" = phi  <4 x float> [%".30", %".22"], [%".81", %".40"]
  %".49" = phi  <1 x float> [%".31", %".22"], [%".82", %".40"]
  %".50" = phi  <4 x float> [%".32", %".22"], [%".89", %".40"]
  %".51" = phi  <1 x float> [%".33", %".22"], [%".90", %".40"]
  %".52" = phi  <4 x float> [%".34", %".22"], [%".91", %".40"]
  %".53" = phi  <1 x float> [%".35", %".22"], [%".92", %".40"]
  %".54" = getelementptr float, ptr %".37", i64 %".43"
  %".55" = mul i64 %".43", 5
  %".56" = getelementptr float, ptr %".39", i64 %".55"
  %".57" = load <4 x float>, ptr %".56", align 4
  %".58" = getelementptr float, ptr %".56", i64 4
  %".59" = load <1 x float>, ptr %".58", align 4
  %".60" = load float, ptr %".54"
  %".61" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".60", i32 0
  %".62" = shufflevector <4 x float> %".61", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".63" = insertelement <1 x float> <float undef>, float %".60", i32 0
  %".64" = shufflevector <1 x float> %".63", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".65" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".62", <4 x float> %".57", <4 x float> %".44")
  %".66" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".64", <1 x float> %".59", <1 x float> %".45")
  %".67" = getelementptr float, ptr %".54", i64 1
  %".68" = load float, ptr %".67"
  %".69" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".68", i32 0
  %".70" = shufflevector <4 x float> %".69", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".71" = insertelement <1 x float> <float undef>, float %".68", i32 0
  %".72" = shufflevector <1 x float> %".71", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".73" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".70", <4 x float> %".57", <4 x float> %".46")
  %".74" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".72", <1 x float> %".59", <1 x float> %".47")
  %".75" = getelementptr float, ptr %".54", i64 6
  %".76" = load float, ptr %".75"
  %".77" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".76", i32 0
  %".78" = shufflevector <4 x float> %".77", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".79" = insertelement <1 x float> <float undef>, float %".76", i32 0
  %".80" = shufflevector <1 x float> %".79", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".81" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".78", <4 x float> %".57", <4 x float> %".48")
  %".82" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".80", <1 x float> %".59", <1 x float> %".49")
  %".83" = getelementptr float, ptr %".54", i64 7
  %".84" = load float, ptr %".83"
  %".85" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".84", i32 0
  %".86" = shufflevector <4 x float> %".85", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".87" = insertelement <1 x float> <float undef>, float %".84", i32 0
  %".88" = shufflevector <1 x float> %".87", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".89" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".86", <4 x float> %".57", <4 x float> %".50")
  %".90" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".88", <1 x float> %".59", <1 x float> %".51")
  %".91" = fadd <4 x float> %".52", %".57"
  %".92" = fadd <1 x float> %".53", %".59"
  %".93" = add i64 %".43", 1
  %".94" = icmp slt i64 %".93", 3
  br i1 %".94", label %".40", label %".41"
.41:
  %".96" = add i64 %".25", 1
  %".97" = icmp slt i64 %".96", 2
  br i1 %".97", label %".22", label %".23"
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

declare <1 x float> @"llvm.fma.v1f32"(<1 x float> %".1", <1 x float> %".2", <1 x float> %".3")

