; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"linear_forward__3_to_5__f32__avx512_i8"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".9" = and i64 %"count", -8
  %".12" = icmp slt i64 0, %".9"
  br i1 %".12", label %".10", label %".11"
.10:
  %".14" = phi  i64 [0, %".8"], [%".102", %".19"]
  %".15" = mul i64 %".14", 6
  %".16" = getelementptr float, ptr %"x", i64 %".15"
  %".17" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"b", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  br label %".18"
.11:
  %".105" = and i64 %"count", -4
  %".108" = icmp slt i64 %".9", %".105"
  br i1 %".108", label %".106", label %".107"
.18:
  %".21" = phi  i64 [0, %".10"], [%".80", %".18"]
  %".22" = phi  <8 x float> [%".17", %".10"], [%".37", %".18"]
  %".23" = phi  <8 x float> [%".17", %".10"], [%".43", %".18"]
  %".24" = phi  <8 x float> [%".17", %".10"], [%".49", %".18"]
  %".25" = phi  <8 x float> [%".17", %".10"], [%".55", %".18"]
  %".26" = phi  <8 x float> [%".17", %".10"], [%".61", %".18"]
  %".27" = phi  <8 x float> [%".17", %".10"], [%".67", %".18"]
  %".28" = phi  <8 x float> [%".17", %".10"], [%".73", %".18"]
  %".29" = phi  <8 x float> [%".17", %".10"], [%".79", %".18"]
  %".30" = mul i64 %".21", 5
  %".31" = getelementptr float, ptr %"W", i64 %".30"
  %".32" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".31", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".33" = getelementptr float, ptr %".16", i64 %".21"
  %".34" = load float, ptr %".33"
  %".35" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".34", i32 0
  %".36" = shufflevector <8 x float> %".35", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".37" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".36", <8 x float> %".32", <8 x float> %".22")
  %".38" = add i64 %".21", 6
  %".39" = getelementptr float, ptr %".16", i64 %".38"
  %".40" = load float, ptr %".39"
  %".41" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".40", i32 0
  %".42" = shufflevector <8 x float> %".41", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".43" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".42", <8 x float> %".32", <8 x float> %".23")
  %".44" = add i64 %".21", 12
  %".45" = getelementptr float, ptr %".16", i64 %".44"
  %".46" = load float, ptr %".45"
  %".47" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".46", i32 0
  %".48" = shufflevector <8 x float> %".47", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".49" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".48", <8 x float> %".32", <8 x float> %".24")
  %".50" = add i64 %".21", 18
  %".51" = getelementptr float, ptr %".16", i64 %".50"
  %".52" = load float, ptr %".51"
  %".53" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".52", i32 0
  %".54" = shufflevector <8 x float> %".53", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".55" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".54", <8 x float> %".32", <8 x float> %".25")
  %".56" = add i64 %".21", 24
  %".57" = getelementptr float, ptr %".16", i64 %".56"
  %".58" = load float, ptr %".57"
  %".59" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".58", i32 0
  %".60" = shufflevector <8 x float> %".59", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".61" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".60", <8 x float> %".32", <8 x float> %".26")
  %".62" = add i64 %".21", 30
  %".63" = getelementptr float, ptr %".16", i64 %".62"
  %".64" = load float, ptr %".63"
  %".65" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".64", i32 0
  %".66" = shufflevector <8 x float> %".65", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".67" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".66", <8 x float> %".32", <8 x float> %".27")
  %".68" = add i64 %".21", 36
  %".69" = getelementptr float, ptr %".16", i64 %".68"
  %".70" = load float, ptr %".69"
  %".71" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".70", i32 0
  %".72" = shufflevector <8 x float> %".71", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".73" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".72", <8 x float> %".32", <8 x float> %".28")
  %".74" = add i64 %".21", 42
  %".75" = getelementptr float, ptr %".16", i64 %".74"
  %".76" = load float, ptr %".75"
  %".77" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".76", i32 0
  %".78" = shufflevector <8 x float> %".77", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".79" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".78", <8 x float> %".32", <8 x float> %".29")
  %".80" = add i64 %".21", 1
  %".81" = icmp slt i64 %".80", 3
  br i1 %".81", label %".18", label %".19"
.19:
  %".83" = mul i64 %".14", 6
  %".84" = getelementptr float, ptr %"y", i64 %".83"
  %".85" = mul i64 %".14", 7
  %".86" = getelementptr float, ptr %"mask", i64 %".85"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".37", ptr %".84", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".88" = getelementptr float, ptr %".84", i64 6
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".43", ptr %".88", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".90" = getelementptr float, ptr %".84", i64 12
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".49", ptr %".90", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".92" = getelementptr float, ptr %".84", i64 18
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".55", ptr %".92", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".94" = getelementptr float, ptr %".84", i64 24
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".61", ptr %".94", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".96" = getelementptr float, ptr %".84", i64 30
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".67", ptr %".96", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".98" = getelementptr float, ptr %".84", i64 36
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".73", ptr %".98", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".100" = getelementptr float, ptr %".84", i64 42
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".79", ptr %".100", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".102" = add i64 %".14", 8
  %".103" = icmp slt i64 %".102", %".9"
  br i1 %".103", label %".10", label %".11"
.106:
  %".110" = phi  i64 [%".9", %".11"], [%".162", %".115"]
  %".111" = mul i64 %".110", 6
  %".112" = getelementptr float, ptr %"x", i64 %".111"
  %".113" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"b", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  br label %".114"
.107:
  %".165" = and i64 %"count", -2
  %".168" = icmp slt i64 %".105", %".165"
  br i1 %".168", label %".166", label %".167"
.114:
  %".117" = phi  i64 [0, %".106"], [%".148", %".114"]
  %".118" = phi  <8 x float> [%".113", %".106"], [%".129", %".114"]
  %".119" = phi  <8 x float> [%".113", %".106"], [%".135", %".114"]
  %".120" = phi  <8 x float> [%".113", %".106"], [%".141", %".114"]
  %".121" = phi  <8 x float> [%".113", %".106"], [%".147", %".114"]
  %".122" = mul i64 %".117", 5
  %".123" = getelementptr float, ptr %"W", i64 %".122"
  %".124" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".123", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".125" = getelementptr float, ptr %".112", i64 %".117"
  %".126" = load float, ptr %".125"
  %".127" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".126", i32 0
  %".128" = shufflevector <8 x float> %".127", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".129" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".128", <8 x float> %".124", <8 x float> %".118")
  %".130" = add i64 %".117", 6
  %".131" = getelementptr float, ptr %".112", i64 %".130"
  %".132" = load float, ptr %".131"
  %".133" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".132", i32 0
  %".134" = shufflevector <8 x float> %".133", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".135" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".134", <8 x float> %".124", <8 x float> %".119")
  %".136" = add i64 %".117", 12
  %".137" = getelementptr float, ptr %".112", i64 %".136"
  %".138" = load float, ptr %".137"
  %".139" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".138", i32 0
  %".140" = shufflevector <8 x float> %".139", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".141" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".140", <8 x float> %".124", <8 x float> %".120")
  %".142" = add i64 %".117", 18
  %".143" = getelementptr float, ptr %".112", i64 %".142"
  %".144" = load float, ptr %".143"
  %".145" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".144", i32 0
  %".146" = shufflevector <8 x float> %".145", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".147" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".146", <8 x float> %".124", <8 x float> %".121")
  %".148" = add i64 %".117", 1
  %".149" = icmp slt i64 %".148", 3
  br i1 %".149", label %".114", label %".115"
.115:
  %".151" = mul i64 %".110", 6
  %".152" = getelementptr float, ptr %"y", i64 %".151"
  %".153" = mul i64 %".110", 7
  %".154" = getelementptr float, ptr %"mask", i64 %".153"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".129", ptr %".152", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".156" = getelementptr float, ptr %".152", i64 6
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".135", ptr %".156", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".158" = getelementptr float, ptr %".152", i64 12
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".141", ptr %".158", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".160" = getelementptr float, ptr %".152", i64 18
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".147", ptr %".160", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".162" = add i64 %".110", 4
  %".163" = icmp slt i64 %".162", %".105"
  br i1 %".163", label %".106", label %".107"
.166:
  %".170" = phi  i64 [%".105", %".107"], [%".204", %".175"]
  %".171" = mul i64 %".170", 6
  %".172" = getelementptr float, ptr %"x", i64 %".171"
  %".173" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"b", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  br label %".174"
.167:
  %".207" = and i64 %"count", -1
  %".210" = icmp slt i64 %".165", %".207"
  br i1 %".210", label %".208", label %".209"
.174:
  %".177" = phi  i64 [0, %".166"], [%".194", %".174"]
  %".178" = phi  <8 x float> [%".173", %".166"], [%".187", %".174"]
  %".179" = phi  <8 x float> [%".173", %".166"], [%".193", %".174"]
  %".180" = mul i64 %".177", 5
  %".181" = getelementptr float, ptr %"W", i64 %".180"
  %".182" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".181", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".183" = getelementptr float, ptr %".172", i64 %".177"
  %".184" = load float, ptr %".183"
  %".185" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".184", i32 0
  %".186" = shufflevector <8 x float> %".185", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".187" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".186", <8 x float> %".182", <8 x float> %".178")
  %".188" = add i64 %".177", 6
  %".189" = getelementptr float, ptr %".172", i64 %".188"
  %".190" = load float, ptr %".189"
  %".191" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".190", i32 0
  %".192" = shufflevector <8 x float> %".191", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".193" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".192", <8 x float> %".182", <8 x float> %".179")
  %".194" = add i64 %".177", 1
  %".195" = icmp slt i64 %".194", 3
  br i1 %".195", label %".174", label %".175"
.175:
  %".197" = mul i64 %".170", 6
  %".198" = getelementptr float, ptr %"y", i64 %".197"
  %".199" = mul i64 %".170", 7
  %".200" = getelementptr float, ptr %"mask", i64 %".199"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".187", ptr %".198", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".202" = getelementptr float, ptr %".198", i64 6
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".193", ptr %".202", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".204" = add i64 %".170", 2
  %".205" = icmp slt i64 %".204", %".165"
  br i1 %".205", label %".166", label %".167"
.208:
  %".212" = phi  i64 [%".165", %".167"], [%".237", %".217"]
  %".213" = mul i64 %".212", 6
  %".214" = getelementptr float, ptr %"x", i64 %".213"
  %".215" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %"b", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  br label %".216"
.209:
  ret void
.216:
  %".219" = phi  i64 [0, %".208"], [%".229", %".216"]
  %".220" = phi  <8 x float> [%".215", %".208"], [%".228", %".216"]
  %".221" = mul i64 %".219", 5
  %".222" = getelementptr float, ptr %"W", i64 %".221"
  %".223" = call <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".222", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>, <8 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".224" = getelementptr float, ptr %".214", i64 %".219"
  %".225" = load float, ptr %".224"
  %".226" = insertelement <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, float %".225", i32 0
  %".227" = shufflevector <8 x float> %".226", <8 x float> <float undef, float undef, float undef, float undef, float undef, float undef, float undef, float undef>, <8 x i32> <i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0, i32 0>
  %".228" = call <8 x float> @"llvm.fma.v8f32"(<8 x float> %".227", <8 x float> %".223", <8 x float> %".220")
  %".229" = add i64 %".219", 1
  %".230" = icmp slt i64 %".229", 3
  br i1 %".230", label %".216", label %".217"
.217:
  %".232" = mul i64 %".212", 6
  %".233" = getelementptr float, ptr %"y", i64 %".232"
  %".234" = mul i64 %".212", 7
  %".235" = getelementptr float, ptr %"mask", i64 %".234"
  call void @"llvm.masked.store.v8f32.p0"(<8 x float> %".228", ptr %".233", <8 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0>)
  %".237" = add i64 %".212", 1
  %".238" = icmp slt i64 %".237", %".207"
  br i1 %".238", label %".208", label %".209"
}

declare <8 x float> @"llvm.masked.load.v8f32.p0"(ptr %".1", <8 x i1> %".2", <8 x float> %".3")

declare <8 x float> @"llvm.fma.v8f32"(<8 x float> %".1", <8 x float> %".2", <8 x float> %".3")

declare void @"llvm.masked.store.v8f32.p0"(<8 x float> %".1", ptr %".2", <8 x i1> %".3")

