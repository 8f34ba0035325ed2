; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_weight_gradient__f2x2_s1x1_2x3x1_to_5__f32__avx512_r2k2v1"(i64 %"count", ptr noalias %"x", ptr noalias %"dZ", ptr noalias %"dW", ptr noalias %"db") noinline nounwind
{
.7:
  %".10" = icmp slt i64 0, %"count"
  br i1 %".10", label %".8", label %".9"
.8:
  %".12" = phi  i64 [0, %".7"], [%".87", %".18"]
  %".13" = mul i64 %".12", 27
  %".14" = getelementptr float, ptr %"x", i64 %".13"
  %".15" = mul i64 %".12", 78
  %".16" = getelementptr float, ptr %"dZ", i64 %".15"
  br label %".17"
.9:
  ret void
.17:
  %".20" = phi  i64 [0, %".8"], [%".66", %".31"]
  %".21" = phi  <8 x float> [<float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".46", %".31"]
  %".22" = phi  <8 x float> [<float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".51", %".31"]
  %".23" = phi  <8 x float> [<float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".56", %".31"]
  %".24" = phi  <8 x float> [<float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".61", %".31"]
  %".25" = phi  <8 x float> [<float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>, %".8"], [%".62", %".31"]
  %".26" = mul i64 %".20", 6
  %".27" = getelementptr float, ptr %".14", i64 %".26"
  %".28" = mul i64 %".20", 25
  %".29" = getelementptr float, ptr %".16", i64 %".28"
  br label %".30"
.18:
  %".69" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"dW", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  %".70" = fadd <8 x float> %".69", %".46"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".70", ptr %"dW", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".72" = getelementptr float, ptr %"dW", i64 5
  %".73" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".72", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  %".74" = fadd <8 x float> %".73", %".51"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".74", ptr %".72", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".76" = getelementptr float, ptr %"dW", i64 10
  %".77" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".76", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  %".78" = fadd <8 x float> %".77", %".56"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".78", ptr %".76", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".80" = getelementptr float, ptr %"dW", i64 15
  %".81" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".80", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  %".82" = fadd <8 x float> %".81", %".61"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".82", ptr %".80", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".84" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"db", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  %".85" = fadd <8 x float> %".84", %".62"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".85", ptr %"db", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".87" = add i64 %".12", 1
  %".88" = icmp slt i64 %".87", %"count"
  br i1 %".88", label %".8", label %".9"
.30:
  %".33" = phi  i64 [0, %".17"], [%".63", %".30"]
  %".34" = phi  <8 x float> [%".21", %".17"], [%".46", %".30"]
  %".35" = phi  <8 x float> [%".22", %".17"], [%".51", %".30"]
  %".36" = phi  <8 x float> [%".23", %".17"], [%".56", %".30"]
  %".37" = phi  <8 x float> [%".24", %".17"], [%".61", %".30"]
  %".38" = phi  <8 x float> [%".25", %".17"], [%".62", %".30"]
  %".39" = getelementptr float, ptr %".27", i64 %".33"
  %".40" = mul i64 %".33", 5
  %".41" = getelementptr float, ptr %".29", i64 %".40"
  %".42" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".41", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  %".43" = load float, ptr %".39"
  %".44" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".43", i32 0
  %".45" = shufflevector <8 x float> %".44", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".46" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".45", <8 x float> %".42", <8 x float> %".34")
  %".47" = getelementptr float, ptr %".39", i64 1
  %".48" = load float, ptr %".47"
  %".49" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".48", i32 0
  %".50" = shufflevector <8 x float> %".49", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".51" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".50", <8 x float> %".42", <8 x float> %".35")
  %".52" = getelementptr float, ptr %".39", i64 6
  %".53" = load float, ptr %".52"
  %".54" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".53", i32 0
  %".55" = shufflevector <8 x float> %".54", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".56" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".55", <8 x float> %".42", <8 x float> %".36")
  %".57" = getelementptr float, ptr %".39", i64 7
  %".58" = load float, ptr %".57"
  %".59" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".58", i32 0
  %".60" = shufflevector <8 x float> %".59", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".61" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".60", <8 x float> %".42", <8 x float> %".37")
  %".62" = fadd <8 x float> %".38", %".42"
  %".63" = add i64 %".33", 1
  %".64" = icmp slt i64 %".63", 3
  br i1 %".64", label %".30", label %".31"
.31:
  %".66" = add i64 %".20", 1
  %".67" = icmp slt i64 %".66", 2
  br i1 %".67", label %".17", label %".18"
}

declare <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".1", <8 x i1> %".2", <8 x float> %".3")

declare <8 x float> @"llvm.fma.v8f32"(<8 x float> %".1", <8 x float> %".2", <8 x float> %".3")

declare void @"llvm.masked.store.v8f32.p0"(<8 x float> %".1", ptr %".2", <8 x i1> %".3")

