; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"max_pool_forward__f2x2_s2x2_2x3x5__f32__v128"(i64 %"count", ptr noalias %"x", ptr noalias %"A") noinline nounwind
{
.5:
  %".8" = icmp slt i64 0, %"count"
  br i1 %".8", label %".6", label %".7"
.6:
  %".10" = phi  i64 [0, %".5"], [%".115", %".16"]
  %".11" = mul i64 %".10", 30
  %".12" = getelementptr float, ptr %"A", i64 %".11"
  %".13" = mul i64 %".10", 203
  %".14" = getelementptr float, ptr %"x", i64 %".13"
  br label %".15"
.7:
  ret void
.15:
  %".18" = phi  i64 [0, %".6"], [%".112", %".20"]
  br label %".19"
.16:
  %".115" = add i64 %".10", 1
  %".116" = icmp slt i64 %".115", %"count"
  br i1 %".116", label %".6", label %".7"
.19:
  %".22" = phi  i64 [0, %".15"], [%".109", %".19"]
  %".23" = mul i64 %".18", 15
  %".24" = mul i64 %".22", 5
  %".25" = add i64 %".23", %".24"
  %".26" = getelementptr float, ptr %".12", i64 %".25"
  %".27" = mul i64 %".18", 80
  %".28" = mul i64 %".22", 10
  %".29" = add i64 %".27", %".28"
  %".30" = getelementptr float, ptr %".14", i64 %".29"
  %".31" = load <4 x float>, ptr %".30", align 4
  %".32" = mul i64 0, 40
  %".33" = getelementptr float, ptr %".30", i64 %".32"
  %".34" = mul i64 0, 5
  %".35" = getelementptr float, ptr %".33", i64 %".34"
  %".36" = load <4 x float>, ptr %".35", align 4
  %".37" = fcmp ugt <4 x float> %".36", %".31"
  %".38" = fcmp ord <4 x float> %".31", %".31"
  %".39" = and <4 x i1> %".37", %".38"
  %".40" = select  <4 x i1> %".39", <4 x float> %".36", <4 x float> %".31"
  %".41" = mul i64 1, 5
  %".42" = getelementptr float, ptr %".33", i64 %".41"
  %".43" = load <4 x float>, ptr %".42", align 4
  %".44" = fcmp ugt <4 x float> %".43", %".40"
  %".45" = fcmp ord <4 x float> %".40", %".40"
  %".46" = and <4 x i1> %".44", %".45"
  %".47" = select  <4 x i1> %".46", <4 x float> %".43", <4 x float> %".40"
  %".48" = mul i64 1, 40
  %".49" = getelementptr float, ptr %".30", i64 %".48"
  %".50" = mul i64 0, 5
  %".51" = getelementptr float, ptr %".49", i64 %".50"
  %".52" = load <4 x float>, ptr %".51", align 4
  %".53" = fcmp ugt <4 x float> %".52", %".47"
  %".54" = fcmp ord <4 x float> %".47", %".47"
  %".55" = and <4 x i1> %".53", %".54"
  %".56" = select  <4 x i1> %".55", <4 x float> %".52", <4 x float> %".47"
  %".57" = mul i64 1, 5
  %".58" = getelementptr float, ptr %".49", i64 %".57"
  %".59" = load <4 x float>, ptr %".58", align 4
  %".60" = fcmp ugt <4 x float> %".59", %".56"
  %".61" = fcmp ord <4 x float> %".56", %".56"
  %".62" = and <4 x i1> %".60", %".61"
  %".63" = select  <4 x i1> %".62", <4 x float> %".59", <4 x float> %".56"
  store <4 x float> %".63", ptr %".26", align 4
  %".65" = mul i64 %".18", 15
  %".66" = mul i64 %".22", 5
  %".67" = add i64 %".65", %".66"
  %".68" = add i64 %".67", 4
  %".69" = getelementptr float, ptr %".12", i64 %".68"
  %".70" = mul i64 %".18", 80
  %".71" = mul i64 %".22", 10
  %".72" = add i64 %".70", %".71"
  %".73" = add i64 %".72", 4
  %".74" = getelementptr float, ptr %".14", i64 %".73"
  %".75" = load <1 x float>, ptr %".74", align 4
  %".76" = mul i64 0, 40
  %".77" = getelementptr float, ptr %".74", i64 %".76"
  %".78" = mul i64 0, 5
  %".79" = getelementptr float, ptr %".77", i64 %".78"
  %".80" = load <1 x float>, ptr %".79", align 4
  %".81" = fcmp ugt <1 x float> %".80", %".75"
  %".82" = fcmp ord <1 x float> %".75", %".75"
  %".83" = and <1 x i1> %".81", %".82"
  %".84" = select  <1 x i1> %".83", <1 x float> %".80", <1 x float> %".75"
  %".85" = mul i64 1, 5
  %".86" = getelementptr float, ptr %".77", i64 %".85"
  %".87" = load <1 x float>, ptr %".86", align 4
  %".88" = fcmp ugt <1 x float> %".87", %".84"
  %".89" = fcmp ord <1 x float> %".84", %".84"
  %".90" = and <1 x i1> %".88", %".89"
  %".91" = select  <1 x i1> %".90", <1 x float> %".87", <1 x float> %".84"
  %".92" = mul i64 1, 40
  %".93" = getelementptr float, ptr %".74", i64 %".92"
  %".94" = mul i64 0, 5
  %".95" = getelementptr float, ptr %".93", i64 %".94"
  %".96" = load <1 x float>, ptr %".95", align 4
  %".97" = fcmp ugt <1 x float> %".96", %".91"
  %".98" = fcmp ord <1 x float> %".91", %".91"
  %".99" = and <1 x i1> %".97", %".98"
  %".100" = select  <1 x i1> %".99", <1 x float> %".96", <1 x float> %".91"
  %".101" = mul i64 1, 5
  %".102" = getelementptr float, ptr %".93", i64 %".101"
  %".103" = load <1 x float>, ptr %".102", align 4
  %".104" = fcmp ugt <1 x float> %".103", %".100"
  %".105" = fcmp ord <1 x float> %".100", %".100"
  %".106" = and <1 x i1> %".104", %".105"
  %".107" = select  <1 x i1> %".106", <1 x float> %".103", <1 x float> %".100"
  store <1 x float> %".107", ptr %".69", align 4
  %".109" = add i64 %".22", 1
  %".110" = icmp slt i64 %".109", 3
  br i1 %".110", label %".19", label %".20"
.20:
  %".112" = add i64 %".18", 1
  %".113" = icmp slt i64 %".112", 2
  br i1 %".113", label %".15", label %".16"
}

