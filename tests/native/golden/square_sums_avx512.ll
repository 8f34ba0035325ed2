; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"square_sums__48_in_1__f32__avx512"(i64 %"start", i64 %"stop", ptr noalias %"gradients", ptr noalias %"squares") noinline nounwind
{
.6:
  %".9" = icmp slt i64 %"start", %"stop"
  br i1 %".9", label %".7", label %".8"
.7:
  %".11" = phi  i64 [%"start", %".6"], [%".51", %".17"]
  %".12" = add i64 %".11", 1024
  %".13" = icmp slt i64 %".12", %"stop"
  %".14" = select  i1 %".13", i64 %".12", i64 %"stop"
  %".15" = sub i64 %".14", %".11"
  br label %".16"
.8:
  ret void
.16:
  %".19" = phi  i64 [0, %".7"], [%".30", %".16"]
  %".20" = phi  <8 x double> [<double 0.0, double 0.0, double 0.0, double 0.0, double 0.0, double 0.0, double 0.0, double 0.0>, %".7"], [%".29", %".16"]
  %".21" = add i64 %".11", %".19"
  %".22" = getelementptr float, ptr %"gradients", i64 %".21"
  %".23" = load <16 x float>, ptr %".22", align 4
  %".24" = shufflevector <16 x float> %".23", <16 x float> %".23", <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %".25" = shufflevector <16 x float> %".23", <16 x float> %".23", <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %".26" = fpext <8 x float> %".24" to <8 x double>
  %".27" = call <8 x double> @"llvm.fma.v8f64"(<8 x double> %".26", <8 x double> %".26", <8 x double> %".20")
  %".28" = fpext <8 x float> %".25" to <8 x double>
  %".29" = call <8 x double> @"llvm.fma.v8f64"(<8 x double> %".28", <8 x double> %".28", <8 x double> %".27")
  %".30" = add i64 %".19", 16
  %".31" = icmp slt i64 %".30", %".15"
  br i1 %".31", label %".16", label %".17"
.17:
  %".33" = extractelement <8 x double> %".29", i32 0
  %".34" = extractelement <8 x double> %".29", i32 1
  %".35" = extractelement <8 x double> %".29", i32 2
  %".36" = extractelement <8 x double> %".29", i32 3
  %".37" = extractelement <8 x double> %".29", i32 4
  %".38" = extractelement <8 x double> %".29", i32 5
  %".39" = extractelement <8 x double> %".29", i32 6
  %".40" = extractelement <8 x double> %".29", i32 7
  %".41" = fadd double %".33", %".34"
  %".42" = fadd double %".35", %".36"
  %".43" = fadd double %".37", %".38"
  %".44" = fadd double %".39", %".40"
  %".45" = fadd double %".41", %".42"
  %".46" = fadd double %".43", %".44"
  %".47" = fadd double %".45", %".46"
  %".48" = sdiv i64 %".11", 1024
  %".49" = getelementptr double, ptr %"squares", i64 %".48"
  store double %".47", ptr %".49"
  %".51" = add i64 %".11", 1024
  %".52" = icmp slt i64 %".51", %"stop"
  br i1 %".52", label %".7", label %".8"
}

declare <8 x double> @"llvm.fma.v8f64"(<8 x double> %".1", <8 x double> %".2", <8 x double> %".3")

