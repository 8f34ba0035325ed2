; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"linear_forward__3_to_5__f32__v128_i4"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".9" = and i64 %"count", -4
  %".12" = icmp slt i64 0, %".9"
  br i1 %".12", label %".10", label %".11"
.10:
  %".14" = phi  i64 [0, %".8"], [%".94", %".25"]
  %".15" = mul i64 %".14", 6
  %".16" = getelementptr float, ptr %"x", i64 %".15"
  %".17" = mul i64 %".14", 6
  %".18" = getelementptr float, ptr %"y", i64 %".17"
  %".19" = mul i64 %".14", 7
  %".20" = getelementptr float, ptr %"mask", i64 %".19"
  %".21" = load <4 x float>, ptr %"b", align 4
  %".22" = getelementptr float, ptr %"b", i64 4
  %".23" = load <1 x float>, ptr %".22", align 4
  br label %".24"
.11:
  %".99" = icmp slt i64 %".9", %"count"
  br i1 %".99", label %".97", label %".98"
.24:
  %".27" = phi  i64 [0, %".10"], [%".76", %".24"]
  %".28" = phi  <4 x float> [%".21", %".10"], [%".45", %".24"]
  %".29" = phi  <1 x float> [%".23", %".10"], [%".48", %".24"]
  %".30" = phi  <4 x float> [%".21", %".10"], [%".54", %".24"]
  %".31" = phi  <1 x float> [%".23", %".10"], [%".57", %".24"]
  %".32" = phi  <4 x float> [%".21", %".10"], [%".63", %".24"]
  %".33" = phi  <1 x float> [%".23", %".10"], [%".66", %".24"]
  %".34" = phi  <4 x float> [%".21", %".10"], [%".72", %".24"]
  %".35" = phi  <1 x float> [%".23", %".10"], [%".75", %".24"]
  %".36" = mul i64 %".27", 5
  %".37" = getelementptr float, ptr %"W", i64 %".36"
  %".38" = load <4 x float>, ptr %".37", align 4
  %".39" = getelementptr float, ptr %".37", i64 4
  %".40" = load <1 x float>, ptr %".39", align 4
  %".41" = getelementptr float, ptr %".16", i64 %".27"
  %".42" = load float, ptr %".41"
  %".43" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".42", i32 0
  %".44" = shufflevector <4 x float> %".43", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".45" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".44", <4 x float> %".38", <4 x float> %".28")
  %".46" = insertelement <1 x float> <float undef>, float %".42", i32 0
  %".47" = shufflevector <1 x float> %".46", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".48" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".47", <1 x float> %".40", <1 x float> %".29")
  %".49" = add i64 %".27", 6
  %".50" = getelementptr float, ptr %".16", i64 %".49"
  %".51" = load float, ptr %".50"
  %".52" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".51", i32 0
  %".53" = shufflevector <4 x float> %".52", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".54" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".53", <4 x float> %".38", <4 x float> %".30")
  %".55" = insertelement <1 x float> <float undef>, float %".51", i32 0
  %".56" = shufflevector <1 x float> %".55", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".57" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".56", <1 x float> %".40", <1 x float> %".31")
  %".58" = add i64 %".27", 12
  %".59" = getelementptr float, ptr %".16", i64 %".58"
  %".60" = load float, ptr %".59"
  %".61" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".60", i32 0
  %".62" = shufflevector <4 x float> %".61", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".63" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".62", <4 x float> %".38", <4 x float> %".32")
  %".64" = insertelement <1 x float> <float undef>, float %".60", i32 0
  %".65" = shufflevector <1 x float> %".64", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".66" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".65", <1 x float> %".40", <1 x float> %".33")
  %".67" = add i64 %".27", 18
  %".68" = getelementptr float, ptr %".16", i64 %".67"
  %".69" = load float, ptr %".68"
  %".70" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".69", i32 0
  %".71" = shufflevector <4 x float> %".70", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".72" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".71", <4 x float> %".38", <4 x float> %".34")
  %".73" = insertelement <1 x float> <float undef>, float %".69", i32 0
  %".74" = shufflevector <1 x float> %".73", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".75" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".74", <1 x float> %".40", <1 x float> %".35")
  %".76" = add i64 %".27", 1
  %".77" = icmp slt i64 %".76", 3
  br i1 %".77", label %".24", label %".25"
.25:
  store <4 x float> %".45", ptr %".18", align 4
  %".80" = getelementptr float, ptr %".18", i64 4
  store <1 x float> %".48", ptr %".80", align 4
  %".82" = getelementptr float, ptr %".18", i64 6
  store <4 x float> %".54", ptr %".82", align 4
  %".84" = getelementptr float, ptr %".18", i64 10
  store <1 x float> %".57", ptr %".84", align 4
  %".86" = getelementptr float, ptr %".18", i64 12
  store <4 x float> %".63", ptr %".86", align 4
  %".88" = getelementptr float, ptr %".18", i64 16
  store <1 x float> %".66", ptr %".88", align 4
  %".90" = getelementptr float, ptr %".18", i64 18
  store <4 x float> %".72", ptr %".90", align 4
  %".92" = getelementptr float, ptr %".18", i64 22
  store <1 x float> %".75", ptr %".92", align 4
  %".94" = add i64 %".14", 4
  %".95" = icmp slt i64 %".94", %".9"
  br i1 %".95", label %".10", label %".11"
.97:
  %".101" = phi  i64 [%".9", %".11"], [%".136", %".112"]
  %".102" = mul i64 %".101", 6
  %".103" = getelementptr float, ptr %"x", i64 %".102"
  %".104" = mul i64 %".101", 6
  %".105" = getelementptr float, ptr %"y", i64 %".104"
  %".106" = mul i64 %".101", 7
  %".107" = getelementptr float, ptr %"mask", i64 %".106"
  %".108" = load <4 x float>, ptr %"b", align 4
  %".109" = getelementptr float, ptr %"b", i64 4
  %".110" = load <1 x float>, ptr %".109", align 4
  br label %".111"
.98:
  ret void
.111:
  %".114" = phi  i64 [0, %".97"], [%".130", %".111"]
  %".115" = phi  <4 x float> [%".108", %".97"], [%".126", %".111"]
  %".116" = phi  <1 x float> [%".110", %".97"], [%".129", %".111"]
  %".117" = mul i64 %".114", 5
  %".118" = getelementptr float, ptr %"W", i64 %".117"
  %".119" = load <4 x float>, ptr %".118", align 4
  %".120" = getelementptr float, ptr %".118", i64 4
  %".121" = load <1 x float>, ptr %".120", align 4
  %".122" = getelementptr float, ptr %".103", i64 %".114"
  %".123" = load float, ptr %".122"
  %".124" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".123", i32 0
  %".125" = shufflevector <4 x float> %".124", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".126" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".125", <4 x float> %".119", <4 x float> %".115")
  %".127" = insertelement <1 x float> <float undef>, float %".123", i32 0
  %".128" = shufflevector <1 x float> %".127", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".129" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".128", <1 x float> %".121", <1 x float> %".116")
  %".130" = add i64 %".114", 1
  %".131" = icmp slt i64 %".130", 3
  br i1 %".131", label %".111", label %".112"
.112:
  store <4 x float> %".126", ptr %".105", align 4
  %".134" = getelementptr float, ptr %".105", i64 4
  store <1 x float> %".129", ptr %".134", align 4
  %".136" = add i64 %".101", 1
  %".137" = icmp slt i64 %".136", %"count"
  br i1 %".137", label %".97", label %".98"
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

declare <1 x float> @"llvm.fma.v1f32"(<1 x float> %".1", <1 x float> %".2", <1 x float> %".3")

