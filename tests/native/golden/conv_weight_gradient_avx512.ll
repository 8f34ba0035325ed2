; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_weight_gradient__f2x2_s1x1_2x3x1_to_5__f32__avx512_r2k2v1"(i64 %"count", ptr noalias %"x", ptr noalias %"dZ", ptr noalias %"dW", ptr noalias %"db") noinline nounwind
{
.7:
  %".10" = icmp slt i64 0, %"count"
  br i1 %".10", label %".8", label %".9"
.8:
  %".12" = phi  i64 [0, %".7"], [%".95", %".14"]
  br label %".13"
.9:
  ret void
.13:
  %".16" = phi  i64 [0, %".8"], [%".92", %".23"]
  %".17" = add i64 %".12", %".16"
  %".18" = mul i64 %".17", 27
  %".19" = getelementptr float, ptr %"x", i64 %".18"
  %".20" = mul i64 %".17", 78
  %".21" = getelementptr float, ptr %"dZ", i64 %".20"
  br label %".22"
.14:
  %".95" = add i64 %".12", 1
  %".96" = icmp slt i64 %".95", %"count"
  br i1 %".96", label %".8", label %".9"
.22:
  %".25" = phi  i64 [0, %".13"], [%".71", %".36"]
  %".26" = phi  <8 x float> [<float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".51", %".36"]
  %".27" = phi  <8 x float> [<float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".56", %".36"]
  %".28" = phi  <8 x float> [<float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".61", %".36"]
  %".29" = phi  <8 x float> [<float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".66", %".36"]
  %".30" = phi  <8 x float> [<float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>, %".13"], [%".67", %".36"]
  %".31" = mul i64 %".25", 6
  %".32" = getelementptr float, ptr %".19", i64 %".31"
  %".33" = mul i64 %".25", 25
  %".34" = getelementptr float, ptr %".21", i64 %".33"
  br label %".35"
.23:
  %".74" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"dW", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".75" = fadd <8 x float> %".74", %".51"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".75", ptr %"dW", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".77" = getelementptr float, ptr %"dW", i64 5
  %".78" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".77", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".79" = fadd <8 x float> %".78", %".56"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".79", ptr %".77", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".81" = getelementptr float, ptr %"dW", i64 10
  %".82" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".81", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".83" = fadd <8 x float> %".82", %".61"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".83", ptr %".81", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".85" = getelementptr float, ptr %"dW", i64 15
  %".86" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".85", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".87" = fadd <8 x float> %".86", %".66"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".87", ptr %".85", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".89" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"db", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".90" = fadd <8 x float> %".89", %".67"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".90", ptr %"db", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".92" = add i64 %".16", 1
  %".93" = icmp slt i64 %".92", 1
  br i1 %".93", label %".13", label %".14"
.35:
  %".38" = phi  i64 [0, %".22"], [%".68", %".35"]
  %".39" = phi  <8 x float> [%".26", %".22"], [%".51", %".35"]
  %".40" = phi  <8 x float> [%".27", %".22"], [%".56", %".35"]
  %".41" = phi  <8 x float> [%".28", %".22"], [%".61", %".35"]
  %".42" = phi  <8 x float> [%".29", %".22"], [%".66", %".35"]
  %".43" = phi  <8 x float> [%".30", %".22"], [%".67", %".35"]
  %".44" = getelementptr float, ptr %".32", i64 %".38"
  %".45" = mul i64 %".38", 5
  %".46" = getelementptr float, ptr %".34", i64 %".45"
  %".47" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".46", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".48" = load float, ptr %".44"
  %".49" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".48", i32 0
  %".50" = shufflevector <8 x float> %".49", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".51" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".50", <8 x float> %".47", <8 x float> %".39")
  %".52" = getelementptr float, ptr %".44", i64 1
  %".53" = load float, ptr %".52"
  %".54" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".53", i32 0
  %".55" = shufflevector <8 x float> %".54", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".56" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".55", <8 x float> %".47", <8 x float> %".40")
  %".57" = getelementptr float, ptr %".44", i64 6
  %".58" = load float, ptr %".57"
  %".59" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".58", i32 0
  %".60" = shufflevector <8 x float> %".59", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".61" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".60", <8 x float> %".47", <8 x float> %".41")
  %".62" = getelementptr float, ptr %".44", i64 7
  %".63" = load float, ptr %".62"
  %".64" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".63", i32 0
  %".65" = shufflevector <8 x float> %".64", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".66" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".65", <8 x float> %".47", <8 x float> %".42")
  %".67" = fadd <8 x float> %".43", %".47"
  %".68" = add i64 %".38", 1
  %".69" = icmp slt i64 %".68", 3
  br i1 %".69", label %".35", label %".36"
.36:
  %".71" = add i64 %".25", 1
  %".72" = icmp slt i64 %".71", 2
  br i1 %".72", label %".22", label %".23"
}

declare <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".1", <8 x i1> %".2", <8 x float> %".3")

declare <8 x float> @"llvm.fma.v8f32"(<8 x float> %".1", <8 x float> %".2", <8 x float> %".3")

declare void @"llvm.masked.store.v8f32.p0"(<8 x float> %".1", ptr %".2", <8 x i1> %".3")

