; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"square_sums__48_in_1__f32__v128"(i64 %"start", i64 %"stop", ptr noalias %"gradients", ptr noalias %"squares") noinline nounwind
{
.6:
  %".9" = icmp slt i64 %"start", %"stop"
  br i1 %".9", label %".7", label %".8"
.7:
  %".11" = phi  i64 [%"start", %".6"], [%".53", %".17"]
  %".12" = add i64 %".11", 1024
  %".13" = icmp slt i64 %".12", %"stop"
  %".14" = select  i1 %".13", i64 %".12", i64 %"stop"
  %".15" = sub i64 %".14", %".11"
  br label %".16"
.8:
  ret void
.16:
  %".19" = phi  i64 [0, %".7"], [%".32", %".16"]
  %".20" = phi  <4 x double> [<double 0.0, double 0.0, double 0.0, double 0.0>, %".7"], [%".26", %".16"]
  %".21" = phi  <4 x double> [<double 0.0, double 0.0, double 0.0, double 0.0>, %".7"], [%".31", %".16"]
  %".22" = add i64 %".11", %".19"
  %".23" = getelementptr float, ptr %"gradients", i64 %".22"
  %".24" = load <4 x float>, ptr %".23", align 4
  %".25" = fpext <4 x float> %".24" to <4 x double>
  %".26" = call <4 x double> @"llvm.fma.v4f64"(<4 x double> %".25", <4 x double> %".25", <4 x double> %".20")
  %".27" = add i64 %".22", 4
  %".28" = getelementptr float, ptr %"gradients", i64 %".27"
  %".29" = load <4 x float>, ptr %".28", align 4
  %".30" = fpext <4 x float> %".29" to <4 x double>
  %".31" = call <4 x double> @"llvm.fma.v4f64"(<4 x double> %".30", <4 x double> %".30", <4 x double> %".21")
  %".32" = add i64 %".19", 8
  %".33" = icmp slt i64 %".32", %".15"
  br i1 %".33", label %".16", label %".17"
.17:
  %".35" = extractelement <4 x double> %".26", i32 0
  %".36" = extractelement <4 x double> %".26", i32 1
  %".37" = extractelement <4 x double> %".26", i32 2
  %".38" = extractelement <4 x double> %".26", i32 3
  %".39" = extractelement <4 x double> %".31", i32 0
  %".40" = extractelement <4 x double> %".31", i32 1
  %".41" = extractelement <4 x double> %".31", i32 2
  %".42" = extractelement <4 x double> %".31", i32 3
  %".43" = fadd double %".35", %".36"
  %".44" = fadd double %".37", %".38"
  %".45" = fadd double %".39", %".40"
  %".46" = fadd double %".41", %".42"
  %".47" = fadd double %".43", %".44"
  %".48" = fadd double %".45", %".46"
  %".49" = fadd double %".47", %".48"
  %".50" = sdiv i64 %".11", 1024
  %".51" = getelementptr double, ptr %"squares", i64 %".50"
  store double %".49", ptr %".51"
  %".53" = add i64 %".11", 1024
  %".54" = icmp slt i64 %".53", %"stop"
  br i1 %".54", label %".7", label %".8"
}

declare <4 x double> @"llvm.fma.v4f64"(<4 x double> %".1", <4 x double> %".2", <4 x double> %".3")

