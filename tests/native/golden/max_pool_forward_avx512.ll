; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"max_pool_forward__f2x2_s2x2_2x3x5__f32__avx512"(i64 %"count", ptr noalias %"x", ptr noalias %"A") noinline nounwind
{
.5:
  %".8" = icmp slt i64 0, %"count"
  br i1 %".8", label %".6", label %".7"
.6:
  %".10" = phi  i64 [0, %".5"], [%".71", %".16"]
  %".11" = mul i64 %".10", 30
  %".12" = getelementptr float, ptr %"A", i64 %".11"
  %".13" = mul i64 %".10", 203
  %".14" = getelementptr float, ptr %"x", i64 %".13"
  br label %".15"
.7:
  ret void
.15:
  %".18" = phi  i64 [0, %".6"], [%".68", %".20"]
  br label %".19"
.16:
  %".71" = add i64 %".10", 1
  %".72" = icmp slt i64 %".71", %"count"
  br i1 %".72", label %".6", label %".7"
.19:
  %".22" = phi  i64 [0, %".15"], [%".65", %".19"]
  %".23" = mul i64 %".18", 15
  %".24" = mul i64 %".22", 5
  %".25" = add i64 %".23", %".24"
  %".26" = getelementptr float, ptr %".12", i64 %".25"
  %".27" = mul i64 %".18", 80
  %".28" = mul i64 %".22", 10
  %".29" = add i64 %".27", %".28"
  %".30" = getelementptr float, ptr %".14", i64 %".29"
  %".31" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".30", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".32" = mul i64 0, 40
  %".33" = getelementptr float, ptr %".30", i64 %".32"
  %".34" = mul i64 0, 5
  %".35" = getelementptr float, ptr %".33", i64 %".34"
  %".36" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".35", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".37" = fcmp ugt <8 x float> %".36", %".31"
  %".38" = fcmp ord <8 x float> %".31", %".31"
  %".39" = and <8 x i1> %".37", %".38"
  %".40" = select  <8 x i1> %".39", <8 x float> %".36", <8 x float> %".31"
  %".41" = mul i64 1, 5
  %".42" = getelementptr float, ptr %".33", i64 %".41"
  %".43" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".42", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".44" = fcmp ugt <8 x float> %".43", %".40"
  %".45" = fcmp ord <8 x float> %".40", %".40"
  %".46" = and <8 x i1> %".44", %".45"
  %".47" = select  <8 x i1> %".46", <8 x float> %".43", <8 x float> %".40"
  %".48" = mul i64 1, 40
  %".49" = getelementptr float, ptr %".30", i64 %".48"
  %".50" = mul i64 0, 5
  %".51" = getelementptr float, ptr %".49", i64 %".50"
  %".52" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".51", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".53" = fcmp ugt <8 x float> %".52", %".47"
  %".54" = fcmp ord <8 x float> %".47", %".47"
  %".55" = and <8 x i1> %".53", %".54"
  %".56" = select  <8 x i1> %".55", <8 x float> %".52", <8 x float> %".47"
  %".57" = mul i64 1, 5
  %".58" = getelementptr float, ptr %".49", i64 %".57"
  %".59" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".58", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".60" = fcmp ugt <8 x float> %".59", %".56"
  %".61" = fcmp ord <8 x float> %".56", %".56"
  %".62" = and <8 x i1> %".60", %".61"
  %".63" = select  <8 x i1> %".62", <8 x float> %".59", <8 x float> %".56"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".63", ptr %".26", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".65" = add i64 %".22", 1
  %".66" = icmp slt i64 %".65", 3
  br i1 %".66", label %".19", label %".20"
.20:
  %".68" = add i64 %".18", 1
  %".69" = icmp slt i64 %".68", 2
  br i1 %".69", label %".15", label %".16"
}

declare <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".1", <8 x i1> %".2", <8 x float> %".3")

declare void @"llvm.masked.store.v8f32.p0"(<8 x float> %".1", ptr %".2", <8 x i1> %".3")

