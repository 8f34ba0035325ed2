; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"linear_forward__3_to_5__f32__avx512_i4"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".9" = and i64 %"count", -4
  %".12" = icmp slt i64 0, %".9"
  br i1 %".12", label %".10", label %".11"
.10:
  %".14" = phi  i64 [0, %".8"], [%".66", %".23"]
  %".15" = mul i64 %".14", 6
  %".16" = getelementptr float, ptr %"x", i64 %".15"
  %".17" = mul i64 %".14", 6
  %".18" = getelementptr float, ptr %"y", i64 %".17"
  %".19" = mul i64 %".14", 7
  %".20" = getelementptr float, ptr %"mask", i64 %".19"
  %".21" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"b", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  br label %".22"
.11:
  %".71" = icmp slt i64 %".9", %"count"
  br i1 %".71", label %".69", label %".70"
.22:
  %".25" = phi  i64 [0, %".10"], [%".56", %".22"]
  %".26" = phi  <8 x float> [%".21", %".10"], [%".37", %".22"]
  %".27" = phi  <8 x float> [%".21", %".10"], [%".43", %".22"]
  %".28" = phi  <8 x float> [%".21", %".10"], [%".49", %".22"]
  %".29" = phi  <8 x float> [%".21", %".10"], [%".55", %".22"]
  %".30" = mul i64 %".25", 5
  %".31" = getelementptr float, ptr %"W", i64 %".30"
  %".32" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".31", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  %".33" = getelementptr float, ptr %".16", i64 %".25"
  %".34" = load float, ptr %".33"
  %".35" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".34", i32 0
  %".36" = shufflevector <8 x float> %".35", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".37" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".36", <8 x float> %".32", <8 x float> %".26")
  %".38" = add i64 %".25", 6
  %".39" = getelementptr float, ptr %".16", i64 %".38"
  %".40" = load float, ptr %".39"
  %".41" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".40", i32 0
  %".42" = shufflevector <8 x float> %".41", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".43" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".42", <8 x float> %".32", <8 x float> %".27")
  %".44" = add i64 %".25", 12
  %".45" = getelementptr float, ptr %".16", i64 %".44"
  %".46" = load float, ptr %".45"
  %".47" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".46", i32 0
  %".48" = shufflevector <8 x float> %".47", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".49" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".48", <8 x float> %".32", <8 x float> %".28")
  %".50" = add i64 %".25", 18
  %".51" = getelementptr float, ptr %".16", i64 %".50"
  %".52" = load float, ptr %".51"
  %".53" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".52", i32 0
  %".54" = shufflevector <8 x float> %".53", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".55" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".54", <8 x float> %".32", <8 x float> %".29")
  %".56" = add i64 %".25", 1
  %".57" = icmp slt i64 %".56", 3
  br i1 %".57", label %".22", label %".23"
.23:
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".37", ptr %".18", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".60" = getelementptr float, ptr %".18", i64 6
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".43", ptr %".60", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".62" = getelementptr float, ptr %".18", i64 12
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".49", ptr %".62", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".64" = getelementptr float, ptr %".18", i64 18
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".55", ptr %".64", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".66" = add i64 %".14", 4
  %".67" = icmp slt i64 %".66", %".9"
  br i1 %".67", label %".10", label %".11"
.69:
  %".73" = phi  i64 [%".9", %".11"], [%".98", %".82"]
  %".74" = mul i64 %".73", 6
  %".75" = getelementptr float, ptr %"x", i64 %".74"
  %".76" = mul i64 %".73", 6
  %".77" = getelementptr float, ptr %"y", i64 %".76"
  %".78" = mul i64 %".73", 7
  %".79" = getelementptr float, ptr %"mask", i64 %".78"
  %".80" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"b", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  br label %".81"
.70:
  ret void
.81:
  %".84" = phi  i64 [0, %".69"], [%".94", %".81"]
  %".85" = phi  <8 x float> [%".80", %".69"], [%".93", %".81"]
  %".86" = mul i64 %".84", 5
  %".87" = getelementptr float, ptr %"W", i64 %".86"
  %".88" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".87", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0, float              0x0>)
  %".89" = getelementptr float, ptr %".75", i64 %".84"
  %".90" = load float, ptr %".89"
  %".91" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".90", i32 0
  %".92" = shufflevector <8 x float> %".91", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".93" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".92", <8 x float> %".88", <8 x float> %".85")
  %".94" = add i64 %".84", 1
  %".95" = icmp slt i64 %".94", 3
  br i1 %".95", label %".81", label %".82"
.82:
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".93", ptr %".77", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".98" = add i64 %".73", 1
  %".99" = icmp slt i64 %".98", %"count"
  br i1 %".99", label %".69", label %".70"
}

declare <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".1", <8 x i1> %".2", <8 x float> %".3")

declare <8 x float> @"llvm.fma.v8f32"(<8 x float> %".1", <8 x float> %".2", <8 x float> %".3")

declare void @"llvm.masked.store.v8f32.p0"(<8 x float> %".1", ptr %".2", <8 x i1> %".3")

