; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"linear_forward__3_to_5__f32__v128_i8"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".9" = and i64 %"count", -8
  %".12" = icmp slt i64 0, %".9"
  br i1 %".12", label %".10", label %".11"
.10:
  %".14" = phi  i64 [0, %".8"], [%".190", %".105"]
  %".15" = mul i64 %".14", 6
  %".16" = getelementptr float, ptr %"x", i64 %".15"
  %".17" = load <4 x float>, ptr %"b", align 4
  br label %".18"
.11:
  %".193" = and i64 %"count", -4
  %".196" = icmp slt i64 %".9", %".193"
  br i1 %".196", label %".194", label %".195"
.18:
  %".21" = phi  i64 [0, %".10"], [%".80", %".18"]
  %".22" = phi  <4 x float> [%".17", %".10"], [%".37", %".18"]
  %".23" = phi  <4 x float> [%".17", %".10"], [%".43", %".18"]
  %".24" = phi  <4 x float> [%".17", %".10"], [%".49", %".18"]
  %".25" = phi  <4 x float> [%".17", %".10"], [%".55", %".18"]
  %".26" = phi  <4 x float> [%".17", %".10"], [%".61", %".18"]
  %".27" = phi  <4 x float> [%".17", %".10"], [%".67", %".18"]
  %".28" = phi  <4 x float> [%".17", %".10"], [%".73", %".18"]
  %".29" = phi  <4 x float> [%".17", %".10"], [%".79", %".18"]
  %".30" = mul i64 %".21", 5
  %".31" = getelementptr float, ptr %"W", i64 %".30"
  %".32" = load <4 x float>, ptr %".31", align 4
  %".33" = getelementptr float, ptr %".16", i64 %".21"
  %".34" = load float, ptr %".33"
  %".35" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".34", i32 0
  %".36" = shufflevector <4 x float> %".35", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".37" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".36", <4 x float> %".32", <4 x float> %".22")
  %".38" = add i64 %".21", 6
  %".39" = getelementptr float, ptr %".16", i64 %".38"
  %".40" = load float, ptr %".39"
  %".41" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".40", i32 0
  %".42" = shufflevector <4 x float> %".41", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".43" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".42", <4 x float> %".32", <4 x float> %".23")
  %".44" = add i64 %".21", 12
  %".45" = getelementptr float, ptr %".16", i64 %".44"
  %".46" = load float, ptr %".45"
  %".47" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".46", i32 0
  %".48" = shufflevector <4 x float> %".47", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".49" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".48", <4 x float> %".32", <4 x float> %".24")
  %".50" = add i64 %".21", 18
  %".51" = getelementptr float, ptr %".16", i64 %".50"
  %".52" = load float, ptr %".51"
  %".53" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".52", i32 0
  %".54" = shufflevector <4 x float> %".53", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".55" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".54", <4 x float> %".32", <4 x float> %".25")
  %".56" = add i64 %".21", 24
  %".57" = getelementptr float, ptr %".16", i64 %".56"
  %".58" = load float, ptr %".57"
  %".59" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".58", i32 0
  %".60" = shufflevector <4 x float> %".59", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".61" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".60", <4 x float> %".32", <4 x float> %".26")
  %".62" = add i64 %".21", 30
  %".63" = getelementptr float, ptr %".16", i64 %".62"
  %".64" = load float, ptr %".63"
  %".65" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".64", i32 0
  %".66" = shufflevector <4 x float> %".65", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".67" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".66", <4 x float> %".32", <4 x float> %".27")
  %".68" = add i64 %".21", 36
  %".69" = getelementptr float, ptr %".16", i64 %".68"
  %".70" = load float, ptr %".69"
  %".71" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".70", i32 0
  %".72" = shufflevector <4 x float> %".71", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".73" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".72", <4 x float> %".32", <4 x float> %".28")
  %".74" = add i64 %".21", 42
  %".75" = getelementptr float, ptr %".16", i64 %".74"
  %".76" = load float, ptr %".75"
  %".77" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".76", i32 0
  %".78" = shufflevector <4 x float> %".77", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".79" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".78", <4 x float> %".32", <4 x float> %".29")
  %".80" = add i64 %".21", 1
  %".81" = icmp slt i64 %".80", 3
  br i1 %".81", label %".18", label %".19"
.19:
  %".83" = mul i64 %".14", 6
  %".84" = getelementptr float, ptr %"y", i64 %".83"
  %".85" = mul i64 %".14", 7
  %".86" = getelementptr float, ptr %"mask", i64 %".85"
  store <4 x float> %".37", ptr %".84", align 4
  %".88" = getelementptr float, ptr %".84", i64 6
  store <4 x float> %".43", ptr %".88", align 4
  %".90" = getelementptr float, ptr %".84", i64 12
  store <4 x float> %".49", ptr %".90", align 4
  %".92" = getelementptr float, ptr %".84", i64 18
  store <4 x float> %".55", ptr %".92", align 4
  %".94" = getelementptr float, ptr %".84", i64 24
  store <4 x float> %".61", ptr %".94", align 4
  %".96" = getelementptr float, ptr %".84", i64 30
  store <4 x float> %".67", ptr %".96", align 4
  %".98" = getelementptr float, ptr %".84", i64 36
  store <4 x float> %".73", ptr %".98", align 4
  %".100" = getelementptr float, ptr %".84", i64 42
  store <4 x float> %".79", ptr %".100", align 4
  %".102" = getelementptr float, ptr %"b", i64 4
  %".103" = load <1 x float>, ptr %".102", align 4
  br label %".104"
.104:
  %".107" = phi  i64 [0, %".19"], [%".167", %".104"]
  %".108" = phi  <1 x float> [%".103", %".19"], [%".124", %".104"]
  %".109" = phi  <1 x float> [%".103", %".19"], [%".130", %".104"]
  %".110" = phi  <1 x float> [%".103", %".19"], [%".136", %".104"]
  %".111" = phi  <1 x float> [%".103", %".19"], [%".142", %".104"]
  %".112" = phi  <1 x float> [%".103", %".19"], [%".148", %".104"]
  %".113" = phi  <1 x float> [%".103", %".19"], [%".154", %".104"]
  %".114" = phi  <1 x float> [%".103", %".19"], [%".160", %".104"]
  %".115" = phi  <1 x float> [%".103", %".19"], [%".166", %".104"]
  %".116" = mul i64 %".107", 5
  %".117" = add i64 %".116", 4
  %".118" = getelementptr float, ptr %"W", i64 %".117"
  %".119" = load <1 x float>, ptr %".118", align 4
  %".120" = getelementptr float, ptr %".16", i64 %".107"
  %".121" = load float, ptr %".120"
  %".122" = insertelement <1 x float> <float undef>, float %".121", i32 0
  %".123" = shufflevector <1 x float> %".122", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".124" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".123", <1 x float> %".119", <1 x float> %".108")
  %".125" = add i64 %".107", 6
  %".126" = getelementptr float, ptr %".16", i64 %".125"
  %".127" = load float, ptr %".126"
  %".128" = insertelement <1 x float> <float undef>, float %".127", i32 0
  %".129" = shufflevector <1 x float> %".128", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".130" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".129", <1 x float> %".119", <1 x float> %".109")
  %".131" = add i64 %".107", 12
  %".132" = getelementptr float, ptr %".16", i64 %".131"
  %".133" = load float, ptr %".132"
  %".134" = insertelement <1 x float> <float undef>, float %".133", i32 0
  %".135" = shufflevector <1 x float> %".134", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".136" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".135", <1 x float> %".119", <1 x float> %".110")
  %".137" = add i64 %".107", 18
  %".138" = getelementptr float, ptr %".16", i64 %".137"
  %".139" = load float, ptr %".138"
  %".140" = insertelement <1 x float> <float undef>, float %".139", i32 0
  %".141" = shufflevector <1 x float> %".140", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".142" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".141", <1 x float> %".119", <1 x float> %".111")
  %".143" = add i64 %".107", 24
  %".144" = getelementptr float, ptr %".16", i64 %".143"
  %".145" = load float, ptr %".144"
  %".146" = insertelement <1 x float> <float undef>, float %".145", i32 0
  %".147" = shufflevector <1 x float> %".146", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".148" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".147", <1 x float> %".119", <1 x float> %".112")
  %".149" = add i64 %".107", 30
  %".150" = getelementptr float, ptr %".16", i64 %".149"
  %".151" = load float, ptr %".150"
  %".152" = insertelement <1 x float> <float undef>, float %".151", i32 0
  %".153" = shufflevector <1 x float> %".152", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".154" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".153", <1 x float> %".119", <1 x float> %".113")
  %".155" = add i64 %".107", 36
  %".156" = getelementptr float, ptr %".16", i64 %".155"
  %".157" = load float, ptr %".156"
  %".158" = insertelement <1 x float> <float undef>, float %".157", i32 0
  %".159" = shufflevector <1 x float> %".158", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".160" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".159", <1 x float> %".119", <1 x float> %".114")
  %".161" = add i64 %".107", 42
  %".162" = getelementptr float, ptr %".16", i64 %".161"
  %".163" = load float, ptr %".162"
  %".164" = insertelement <1 x float> <float undef>, float %".163", i32 0
  %".165" = shufflevector <1 x float> %".164", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".166" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".165", <1 x float> %".119", <1 x float> %".115")
  %".167" = add i64 %".107", 1
  %".168" = icmp slt i64 %".167", 3
  br i1 %".168", label %".104", label %".105"
.105:
  %".170" = mul i64 %".14", 6
  %".171" = getelementptr float, ptr %"y", i64 %".170"
  %".172" = mul i64 %".14", 7
  %".173" = getelementptr float, ptr %"mask", i64 %".172"
  %".174" = getelementptr float, ptr %".171", i64 4
  store <1 x float> %".124", ptr %".174", align 4
  %".176" = getelementptr float, ptr %".171", i64 10
  store <1 x float> %".130", ptr %".176", align 4
  %".178" = getelementptr float, ptr %".171", i64 16
  store <1 x float> %".136", ptr %".178", align 4
  %".180" = getelementptr float, ptr %".171", i64 22
  store <1 x float> %".142", ptr %".180", align 4
  %".182" = getelementptr float, ptr %".171", i64 28
  store <1 x float> %".148", ptr %".182", align 4
  %".184" = getelementptr float, ptr %".171", i64 34
  store <1 x float> %".154", ptr %".184", align 4
  %".186" = getelementptr float, ptr %".171", i64 40
  store <1 x float> %".160", ptr %".186", align 4
  %".188" = getelementptr float, ptr %".171", i64 46
  store <1 x float> %".166", ptr %".188", align 4
  %".190" = add i64 %".14", 8
  %".191" = icmp slt i64 %".190", %".9"
  br i1 %".191", label %".10", label %".11"
.194:
  %".198" = phi  i64 [%".9", %".11"], [%".302", %".253"]
  %".199" = mul i64 %".198", 6
  %".200" = getelementptr float, ptr %"x", i64 %".199"
  %".201" = load <4 x float>, ptr %"b", align 4
  br label %".202"
.195:
  %".305" = and i64 %"count", -2
  %".308" = icmp slt i64 %".193", %".305"
  br i1 %".308", label %".306", label %".307"
.202:
  %".205" = phi  i64 [0, %".194"], [%".236", %".202"]
  %".206" = phi  <4 x float> [%".201", %".194"], [%".217", %".202"]
  %".207" = phi  <4 x float> [%".201", %".194"], [%".223", %".202"]
  %".208" = phi  <4 x float> [%".201", %".194"], [%".229", %".202"]
  %".209" = phi  <4 x float> [%".201", %".194"], [%".235", %".202"]
  %".210" = mul i64 %".205", 5
  %".211" = getelementptr float, ptr %"W", i64 %".210"
  %".212" = load <4 x float>, ptr %".211", align 4
  %".213" = getelementptr float, ptr %".200", i64 %".205"
  %".214" = load float, ptr %".213"
  %".215" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".214", i32 0
  %".216" = shufflevector <4 x float> %".215", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".217" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".216", <4 x float> %".212", <4 x float> %".206")
  %".218" = add i64 %".205", 6
  %".219" = getelementptr float, ptr %".200", i64 %".218"
  %".220" = load float, ptr %".219"
  %".221" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".220", i32 0
  %".222" = shufflevector <4 x float> %".221", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".223" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".222", <4 x float> %".212", <4 x float> %".207")
  %".224" = add i64 %".205", 12
  %".225" = getelementptr float, ptr %".200", i64 %".224"
  %".226" = load float, ptr %".225"
  %".227" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".226", i32 0
  %".228" = shufflevector <4 x float> %".227", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".229" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".228", <4 x float> %".212", <4 x float> %".208")
  %".230" = add i64 %".205", 18
  %".231" = getelementptr float, ptr %".200", i64 %".230"
  %".232" = load float, ptr %".231"
  %".233" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".232", i32 0
  %".234" = shufflevector <4 x float> %".233", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".235" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".234", <4 x float> %".212", <4 x float> %".209")
  %".236" = add i64 %".205", 1
  %".237" = icmp slt i64 %".236", 3
  br i1 %".237", label %".202", label %".203"
.203:
  %".239" = mul i64 %".198", 6
  %".240" = getelementptr float, ptr %"y", i64 %".239"
  %".241" = mul i64 %".198", 7
  %".242" = getelementptr float, ptr %"mask", i64 %".241"
  store <4 x float> %".217", ptr %".240", align 4
  %".244" = getelementptr float, ptr %".240", i64 6
  store <4 x float> %".223", ptr %".244", align 4
  %".246" = getelementptr float, ptr %".240", i64 12
  store <4 x float> %".229", ptr %".246", align 4
  %".248" = getelementptr float, ptr %".240", i64 18
  store <4 x float> %".235", ptr %".248", align 4
  %".250" = getelementptr float, ptr %"b", i64 4
  %".251" = load <1 x float>, ptr %".250", align 4
  br label %".252"
.252:
  %".255" = phi  i64 [0, %".203"], [%".287", %".252"]
  %".256" = phi  <1 x float> [%".251", %".203"], [%".268", %".252"]
  %".257" = phi  <1 x float> [%".251", %".203"], [%".274", %".252"]
  %".258" = phi  <1 x float> [%".251", %".203"], [%".280", %".252"]
  %".259" = phi  <1 x float> [%".251", %".203"], [%".286", %".252"]
  %".260" = mul i64 %".255", 5
  %".261" = add i64 %".260", 4
  %".262" = getelementptr float, ptr %"W", i64 %".261"
  %".263" = load <1 x float>, ptr %".262", align 4
  %".264" = getelementptr float, ptr %".200", i64 %".255"
  %".265" = load float, ptr %".264"
  %".266" = insertelement <1 x float> <float undef>, float %".265", i32 0
  %".267" = shufflevector <1 x float> %".266", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".268" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".267", <1 x float> %".263", <1 x float> %".256")
  %".269" = add i64 %".255", 6
  %".270" = getelementptr float, ptr %".200", i64 %".269"
  %".271" = load float, ptr %".270"
  %".272" = insertelement <1 x float> <float undef>, float %".271", i32 0
  %".273" = shufflevector <1 x float> %".272", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".274" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".273", <1 x float> %".263", <1 x float> %".257")
  %".275" = add i64 %".255", 12
  %".276" = getelementptr float, ptr %".200", i64 %".275"
  %".277" = load float, ptr %".276"
  %".278" = insertelement <1 x float> <float undef>, float %".277", i32 0
  %".279" = shufflevector <1 x float> %".278", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".280" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".279", <1 x float> %".263", <1 x float> %".258")
  %".281" = add i64 %".255", 18
  %".282" = getelementptr float, ptr %".200", i64 %".281"
  %".283" = load float, ptr %".282"
  %".284" = insertelement <1 x float> <float undef>, float %".283", i32 0
  %".285" = shufflevector <1 x float> %".284", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".286" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".285", <1 x float> %".263", <1 x float> %".259")
  %".287" = add i64 %".255", 1
  %".288" = icmp slt i64 %".287", 3
  br i1 %".288", label %".252", label %".253"
.253:
  %".290" = mul i64 %".198", 6
  %".291" = getelementptr float, ptr %"y", i64 %".290"
  %".292" = mul i64 %".198", 7
  %".293" = getelementptr float, ptr %"mask", i64 %".292"
  %".294" = getelementptr float, ptr %".291", i64 4
  store <1 x float> %".268", ptr %".294", align 4
  %".296" = getelementptr float, ptr %".291", i64 10
  store <1 x float> %".274", ptr %".296", align 4
  %".298" = getelementptr float, ptr %".291", i64 16
  store <1 x float> %".280", ptr %".298", align 4
  %".300" = getelementptr float, ptr %".291", i64 22
  store <1 x float> %".286", ptr %".300", align 4
  %".302" = add i64 %".198", 4
  %".303" = icmp slt i64 %".302", %".193"
  br i1 %".303", label %".194", label %".195"
.306:
  %".310" = phi  i64 [%".193", %".195"], [%".378", %".347"]
  %".311" = mul i64 %".310", 6
  %".312" = getelementptr float, ptr %"x", i64 %".311"
  %".313" = load <4 x float>, ptr %"b", align 4
  br label %".314"
.307:
  %".381" = and i64 %"count", -1
  %".384" = icmp slt i64 %".305", %".381"
  br i1 %".384", label %".382", label %".383"
.314:
  %".317" = phi  i64 [0, %".306"], [%".334", %".314"]
  %".318" = phi  <4 x float> [%".313", %".306"], [%".327", %".314"]
  %".319" = phi  <4 x float> [%".313", %".306"], [%".333", %".314"]
  %".320" = mul i64 %".317", 5
  %".321" = getelementptr float, ptr %"W", i64 %".320"
  %".322" = load <4 x float>, ptr %".321", align 4
  %".323" = getelementptr float, ptr %".312", i64 %".317"
  %".324" = load float, ptr %".323"
  %".325" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".324", i32 0
  %".326" = shufflevector <4 x float> %".325", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".327" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".326", <4 x float> %".322", <4 x float> %".318")
  %".328" = add i64 %".317", 6
  %".329" = getelementptr float, ptr %".312", i64 %".328"
  %".330" = load float, ptr %".329"
  %".331" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".330", i32 0
  %".332" = shufflevector <4 x float> %".331", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".333" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".332", <4 x float> %".322", <4 x float> %".319")
  %".334" = add i64 %".317", 1
  %".335" = icmp slt i64 %".334", 3
  br i1 %".335", label %".314", label %".315"
.315:
  %".337" = mul i64 %".310", 6
  %".338" = getelementptr float, ptr %"y", i64 %".337"
  %".339" = mul i64 %".310", 7
  %".340" = getelementptr float, ptr %"mask", i64 %".339"
  store <4 x float> %".327", ptr %".338", align 4
  %".342" = getelementptr float, ptr %".338", i64 6
  store <4 x float> %".333", ptr %".342", align 4
  %".344" = getelementptr float, ptr %"b", i64 4
  %".345" = load <1 x float>, ptr %".344", align 4
  br label %".346"
.346:
  %".349" = phi  i64 [0, %".315"], [%".367", %".346"]
  %".350" = phi  <1 x float> [%".345", %".315"], [%".360", %".346"]
  %".351" = phi  <1 x float> [%".345", %".315"], [%".366", %".346"]
  %".352" = mul i64 %".349", 5
  %".353" = add i64 %".352", 4
  %".354" = getelementptr float, ptr %"W", i64 %".353"
  %".355" = load <1 x float>, ptr %".354", align 4
  %".356" = getelementptr float, ptr %".312", i64 %".349"
  %".357" = load float, ptr %".356"
  %".358" = insertelement <1 x float> <float undef>, float %".357", i32 0
  %".359" = shufflevector <1 x float> %".358", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".360" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".359", <1 x float> %".355", <1 x float> %".350")
  %".361" = add i64 %".349", 6
  %".362" = getelementptr float, ptr %".312", i64 %".361"
  %".363" = load float, ptr %".362"
  %".364" = insertelement <1 x float> <float undef>, float %".363", i32 0
  %".365" = shufflevector <1 x float> %".364", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".366" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".365", <1 x float> %".355", <1 x float> %".351")
  %".367" = add i64 %".349", 1
  %".368" = icmp slt i64 %".367", 3
  br i1 %".368", label %".346", label %".347"
.347:
  %".370" = mul i64 %".310", 6
  %".371" = getelementptr float, ptr %"y", i64 %".370"
  %".372" = mul i64 %".310", 7
  %".373" = getelementptr float, ptr %"mask", i64 %".372"
  %".374" = getelementptr float, ptr %".371", i64 4
  store <1 x float> %".360", ptr %".374", align 4
  %".376" = getelementptr float, ptr %".371", i64 10
  store <1 x float> %".366", ptr %".376", align 4
  %".378" = add i64 %".310", 2
  %".379" = icmp slt i64 %".378", %".305"
  br i1 %".379", label %".306", label %".307"
.382:
  %".386" = phi  i64 [%".305", %".307"], [%".436", %".414"]
  %".387" = mul i64 %".386", 6
  %".388" = getelementptr float, ptr %"x", i64 %".387"
  %".389" = load <4 x float>, ptr %"b", align 4
  br label %".390"
.383:
  ret void
.390:
  %".393" = phi  i64 [0, %".382"], [%".403", %".390"]
  %".394" = phi  <4 x float> [%".389", %".382"], [%".402", %".390"]
  %".395" = mul i64 %".393", 5
  %".396" = getelementptr float, ptr %"W", i64 %".395"
  %".397" = load <4 x float>, ptr %".396", align 4
  %".398" = getelementptr float, ptr %".388", i64 %".393"
  %".399" = load float, ptr %".398"
  %".400" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".399", i32 0
  %".401" = shufflevector <4 x float> %".400", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".402" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".401", <4 x float> %".397", <4 x float> %".394")
  %".403" = add i64 %".393", 1
  %".404" = icmp slt i64 %".403", 3
  br i1 %".404", label %".390", label %".391"
.391:
  %".406" = mul i64 %".386", 6
  %".407" = getelementptr float, ptr %"y", i64 %".406"
  %".408" = mul i64 %".386", 7
  %".409" = getelementptr float, ptr %"mask", i64 %".408"
  store <4 x float> %".402", ptr %".407", align 4
  %".411" = getelementptr float, ptr %"b", i64 4
  %".412" = load <1 x float>, ptr %".411", align 4
  br label %".413"
.413:
  %".416" = phi  i64 [0, %".391"], [%".427", %".413"]
  %".417" = phi  <1 x float> [%".412", %".391"], [%".426", %".413"]
  %".418" = mul i64 %".416", 5
  %".419" = add i64 %".418", 4
  %".420" = getelementptr float, ptr %"W", i64 %".419"
  %".421" = load <1 x float>, ptr %".420", align 4
  %".422" = getelementptr float, ptr %".388", i64 %".416"
  %".423" = load float, ptr %".422"
  %".424" = insertelement <1 x float> <float undef>, float %".423", i32 0
  %".425" = shufflevector <1 x float> %".424", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".426" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".425", <1 x float> %".421", <1 x float> %".417")
  %".427" = add i64 %".416", 1
  %".428" = icmp slt i64 %".427", 3
  br i1 %".428", label %".413", label %".414"
.414:
  %".430" = mul i64 %".386", 6
  %".431" = getelementptr float, ptr %"y", i64 %".430"
  %".432" = mul i64 %".386", 7
  %".433" = getelementptr float, ptr %"mask", i64 %".432"
  %".434" = getelementptr float, ptr %".431", i64 4
  store <1 x float> %".426", ptr %".434", align 4
  %".436" = add i64 %".386", 1
  %".437" = icmp slt i64 %".436", %".381"
  br i1 %".437", label %".382", label %".383"
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

declare <1 x float> @"llvm.fma.v1f32"(<1 x float> %".1", <1 x float> %".2", <1 x float> %".3")

