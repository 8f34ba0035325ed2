; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"winograd_filters__3_to_5_block5__f32__v128"(i64 %"count", ptr noalias %"W", ptr noalias %"U") noinline nounwind
{
.5:
  br label %".6"
.6:
  %".9" = phi  i64 [0, %".5"], [%".546", %".6"]
  %".10" = mul i64 %".9", 5
  %".11" = getelementptr float, ptr %"W", i64 %".10"
  %".12" = load <4 x float>, ptr %".11", align 4
  %".13" = mul i64 %".9", 5
  %".14" = add i64 %".13", 15
  %".15" = getelementptr float, ptr %"W", i64 %".14"
  %".16" = load <4 x float>, ptr %".15", align 4
  %".17" = mul i64 %".9", 5
  %".18" = add i64 %".17", 30
  %".19" = getelementptr float, ptr %"W", i64 %".18"
  %".20" = load <4 x float>, ptr %".19", align 4
  %".21" = mul i64 %".9", 5
  %".22" = add i64 %".21", 45
  %".23" = getelementptr float, ptr %"W", i64 %".22"
  %".24" = load <4 x float>, ptr %".23", align 4
  %".25" = mul i64 %".9", 5
  %".26" = add i64 %".25", 60
  %".27" = getelementptr float, ptr %"W", i64 %".26"
  %".28" = load <4 x float>, ptr %".27", align 4
  %".29" = mul i64 %".9", 5
  %".30" = add i64 %".29", 75
  %".31" = getelementptr float, ptr %"W", i64 %".30"
  %".32" = load <4 x float>, ptr %".31", align 4
  %".33" = mul i64 %".9", 5
  %".34" = add i64 %".33", 90
  %".35" = getelementptr float, ptr %"W", i64 %".34"
  %".36" = load <4 x float>, ptr %".35", align 4
  %".37" = mul i64 %".9", 5
  %".38" = add i64 %".37", 105
  %".39" = getelementptr float, ptr %"W", i64 %".38"
  %".40" = load <4 x float>, ptr %".39", align 4
  %".41" = mul i64 %".9", 5
  %".42" = add i64 %".41", 120
  %".43" = getelementptr float, ptr %"W", i64 %".42"
  %".44" = load <4 x float>, ptr %".43", align 4
  %".45" = fadd <4 x float> %".12", %".36"
  %".46" = fadd <4 x float> %".45", %".24"
  %".47" = fsub <4 x float> %".45", %".24"
  %".48" = fadd <4 x float> %".16", %".40"
  %".49" = fadd <4 x float> %".48", %".28"
  %".50" = fsub <4 x float> %".48", %".28"
  %".51" = fadd <4 x float> %".20", %".44"
  %".52" = fadd <4 x float> %".51", %".32"
  %".53" = fsub <4 x float> %".51", %".32"
  %".54" = fadd <4 x float> %".46", %".52"
  %".55" = fadd <4 x float> %".54", %".49"
  %".56" = fsub <4 x float> %".54", %".49"
  %".57" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".52", <4 x float> %".46")
  %".58" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".49", <4 x float> %".57")
  %".59" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".49", <4 x float> %".57")
  %".60" = fadd <4 x float> %".47", %".53"
  %".61" = fadd <4 x float> %".60", %".50"
  %".62" = fsub <4 x float> %".60", %".50"
  %".63" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".53", <4 x float> %".47")
  %".64" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".50", <4 x float> %".63")
  %".65" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".50", <4 x float> %".63")
  %".66" = mul i64 %".9", 8
  %".67" = getelementptr float, ptr %"U", i64 %".66"
  %".68" = fmul <4 x float> %".46", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <4 x float> %".68", ptr %".67", align 4
  %".70" = mul i64 %".9", 8
  %".71" = add i64 %".70", 40
  %".72" = getelementptr float, ptr %"U", i64 %".71"
  %".73" = fmul <4 x float> %".55", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <4 x float> %".73", ptr %".72", align 4
  %".75" = mul i64 %".9", 8
  %".76" = add i64 %".75", 80
  %".77" = getelementptr float, ptr %"U", i64 %".76"
  %".78" = fmul <4 x float> %".56", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <4 x float> %".78", ptr %".77", align 4
  %".80" = mul i64 %".9", 8
  %".81" = add i64 %".80", 120
  %".82" = getelementptr float, ptr %"U", i64 %".81"
  %".83" = fmul <4 x float> %".58", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".83", ptr %".82", align 4
  %".85" = mul i64 %".9", 8
  %".86" = add i64 %".85", 160
  %".87" = getelementptr float, ptr %"U", i64 %".86"
  %".88" = fmul <4 x float> %".59", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".88", ptr %".87", align 4
  %".90" = mul i64 %".9", 8
  %".91" = add i64 %".90", 200
  %".92" = getelementptr float, ptr %"U", i64 %".91"
  %".93" = fmul <4 x float> %".52", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <4 x float> %".93", ptr %".92", align 4
  %".95" = mul i64 %".9", 8
  %".96" = add i64 %".95", 240
  %".97" = getelementptr float, ptr %"U", i64 %".96"
  %".98" = fmul <4 x float> %".47", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <4 x float> %".98", ptr %".97", align 4
  %".100" = mul i64 %".9", 8
  %".101" = add i64 %".100", 280
  %".102" = getelementptr float, ptr %"U", i64 %".101"
  %".103" = fmul <4 x float> %".61", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <4 x float> %".103", ptr %".102", align 4
  %".105" = mul i64 %".9", 8
  %".106" = add i64 %".105", 320
  %".107" = getelementptr float, ptr %"U", i64 %".106"
  %".108" = fmul <4 x float> %".62", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <4 x float> %".108", ptr %".107", align 4
  %".110" = mul i64 %".9", 8
  %".111" = add i64 %".110", 360
  %".112" = getelementptr float, ptr %"U", i64 %".111"
  %".113" = fmul <4 x float> %".64", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".113", ptr %".112", align 4
  %".115" = mul i64 %".9", 8
  %".116" = add i64 %".115", 400
  %".117" = getelementptr float, ptr %"U", i64 %".116"
  %".118" = fmul <4 x float> %".65", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".118", ptr %".117", align 4
  %".120" = mul i64 %".9", 8
  %".121" = add i64 %".120", 440
  %".122" = getelementptr float, ptr %"U", i64 %".121"
  %".123" = fmul <4 x float> %".53", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <4 x float> %".123", ptr %".122", align 4
  %".125" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".36", <4 x float> %".12")
  %".126" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".24", <4 x float> %".125")
  %".127" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".24", <4 x float> %".125")
  %".128" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".40", <4 x float> %".16")
  %".129" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".28", <4 x float> %".128")
  %".130" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".28", <4 x float> %".128")
  %".131" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".44", <4 x float> %".20")
  %".132" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".32", <4 x float> %".131")
  %".133" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".32", <4 x float> %".131")
  %".134" = fadd <4 x float> %".126", %".132"
  %".135" = fadd <4 x float> %".134", %".129"
  %".136" = fsub <4 x float> %".134", %".129"
  %".137" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".132", <4 x float> %".126")
  %".138" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".129", <4 x float> %".137")
  %".139" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".129", <4 x float> %".137")
  %".140" = fadd <4 x float> %".127", %".133"
  %".141" = fadd <4 x float> %".140", %".130"
  %".142" = fsub <4 x float> %".140", %".130"
  %".143" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".133", <4 x float> %".127")
  %".144" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".130", <4 x float> %".143")
  %".145" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".130", <4 x float> %".143")
  %".146" = mul i64 %".9", 8
  %".147" = add i64 %".146", 480
  %".148" = getelementptr float, ptr %"U", i64 %".147"
  %".149" = fmul <4 x float> %".126", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <4 x float> %".149", ptr %".148", align 4
  %".151" = mul i64 %".9", 8
  %".152" = add i64 %".151", 520
  %".153" = getelementptr float, ptr %"U", i64 %".152"
  %".154" = fmul <4 x float> %".135", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".154", ptr %".153", align 4
  %".156" = mul i64 %".9", 8
  %".157" = add i64 %".156", 560
  %".158" = getelementptr float, ptr %"U", i64 %".157"
  %".159" = fmul <4 x float> %".136", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".159", ptr %".158", align 4
  %".161" = mul i64 %".9", 8
  %".162" = add i64 %".161", 600
  %".163" = getelementptr float, ptr %"U", i64 %".162"
  %".164" = fmul <4 x float> %".138", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <4 x float> %".164", ptr %".163", align 4
  %".166" = mul i64 %".9", 8
  %".167" = add i64 %".166", 640
  %".168" = getelementptr float, ptr %"U", i64 %".167"
  %".169" = fmul <4 x float> %".139", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <4 x float> %".169", ptr %".168", align 4
  %".171" = mul i64 %".9", 8
  %".172" = add i64 %".171", 680
  %".173" = getelementptr float, ptr %"U", i64 %".172"
  %".174" = fmul <4 x float> %".132", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <4 x float> %".174", ptr %".173", align 4
  %".176" = mul i64 %".9", 8
  %".177" = add i64 %".176", 720
  %".178" = getelementptr float, ptr %"U", i64 %".177"
  %".179" = fmul <4 x float> %".127", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <4 x float> %".179", ptr %".178", align 4
  %".181" = mul i64 %".9", 8
  %".182" = add i64 %".181", 760
  %".183" = getelementptr float, ptr %"U", i64 %".182"
  %".184" = fmul <4 x float> %".141", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".184", ptr %".183", align 4
  %".186" = mul i64 %".9", 8
  %".187" = add i64 %".186", 800
  %".188" = getelementptr float, ptr %"U", i64 %".187"
  %".189" = fmul <4 x float> %".142", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".189", ptr %".188", align 4
  %".191" = mul i64 %".9", 8
  %".192" = add i64 %".191", 840
  %".193" = getelementptr float, ptr %"U", i64 %".192"
  %".194" = fmul <4 x float> %".144", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <4 x float> %".194", ptr %".193", align 4
  %".196" = mul i64 %".9", 8
  %".197" = add i64 %".196", 880
  %".198" = getelementptr float, ptr %"U", i64 %".197"
  %".199" = fmul <4 x float> %".145", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <4 x float> %".199", ptr %".198", align 4
  %".201" = mul i64 %".9", 8
  %".202" = add i64 %".201", 920
  %".203" = getelementptr float, ptr %"U", i64 %".202"
  %".204" = fmul <4 x float> %".133", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <4 x float> %".204", ptr %".203", align 4
  %".206" = fadd <4 x float> %".12", %".20"
  %".207" = fadd <4 x float> %".206", %".16"
  %".208" = fsub <4 x float> %".206", %".16"
  %".209" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".20", <4 x float> %".12")
  %".210" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".16", <4 x float> %".209")
  %".211" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".16", <4 x float> %".209")
  %".212" = fadd <4 x float> %".36", %".44"
  %".213" = fadd <4 x float> %".212", %".40"
  %".214" = fsub <4 x float> %".212", %".40"
  %".215" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".44", <4 x float> %".36")
  %".216" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".40", <4 x float> %".215")
  %".217" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".40", <4 x float> %".215")
  %".218" = mul i64 %".9", 8
  %".219" = add i64 %".218", 960
  %".220" = getelementptr float, ptr %"U", i64 %".219"
  %".221" = fmul <4 x float> %".12", <float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000>
  store <4 x float> %".221", ptr %".220", align 4
  %".223" = mul i64 %".9", 8
  %".224" = add i64 %".223", 1000
  %".225" = getelementptr float, ptr %"U", i64 %".224"
  %".226" = fmul <4 x float> %".207", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <4 x float> %".226", ptr %".225", align 4
  %".228" = mul i64 %".9", 8
  %".229" = add i64 %".228", 1040
  %".230" = getelementptr float, ptr %"U", i64 %".229"
  %".231" = fmul <4 x float> %".208", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <4 x float> %".231", ptr %".230", align 4
  %".233" = mul i64 %".9", 8
  %".234" = add i64 %".233", 1080
  %".235" = getelementptr float, ptr %"U", i64 %".234"
  %".236" = fmul <4 x float> %".210", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <4 x float> %".236", ptr %".235", align 4
  %".238" = mul i64 %".9", 8
  %".239" = add i64 %".238", 1120
  %".240" = getelementptr float, ptr %"U", i64 %".239"
  %".241" = fmul <4 x float> %".211", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <4 x float> %".241", ptr %".240", align 4
  %".243" = mul i64 %".9", 8
  %".244" = add i64 %".243", 1160
  %".245" = getelementptr float, ptr %"U", i64 %".244"
  %".246" = fmul <4 x float> %".20", <float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000>
  store <4 x float> %".246", ptr %".245", align 4
  %".248" = mul i64 %".9", 8
  %".249" = add i64 %".248", 1200
  %".250" = getelementptr float, ptr %"U", i64 %".249"
  %".251" = fmul <4 x float> %".36", <float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000>
  store <4 x float> %".251", ptr %".250", align 4
  %".253" = mul i64 %".9", 8
  %".254" = add i64 %".253", 1240
  %".255" = getelementptr float, ptr %"U", i64 %".254"
  %".256" = fmul <4 x float> %".213", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <4 x float> %".256", ptr %".255", align 4
  %".258" = mul i64 %".9", 8
  %".259" = add i64 %".258", 1280
  %".260" = getelementptr float, ptr %"U", i64 %".259"
  %".261" = fmul <4 x float> %".214", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <4 x float> %".261", ptr %".260", align 4
  %".263" = mul i64 %".9", 8
  %".264" = add i64 %".263", 1320
  %".265" = getelementptr float, ptr %"U", i64 %".264"
  %".266" = fmul <4 x float> %".216", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <4 x float> %".266", ptr %".265", align 4
  %".268" = mul i64 %".9", 8
  %".269" = add i64 %".268", 1360
  %".270" = getelementptr float, ptr %"U", i64 %".269"
  %".271" = fmul <4 x float> %".217", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <4 x float> %".271", ptr %".270", align 4
  %".273" = mul i64 %".9", 8
  %".274" = add i64 %".273", 1400
  %".275" = getelementptr float, ptr %"U", i64 %".274"
  store <4 x float> %".44", ptr %".275", align 4
  %".277" = mul i64 %".9", 5
  %".278" = add i64 %".277", 4
  %".279" = getelementptr float, ptr %"W", i64 %".278"
  %".280" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".279", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".281" = mul i64 %".9", 5
  %".282" = add i64 %".281", 19
  %".283" = getelementptr float, ptr %"W", i64 %".282"
  %".284" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".283", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".285" = mul i64 %".9", 5
  %".286" = add i64 %".285", 34
  %".287" = getelementptr float, ptr %"W", i64 %".286"
  %".288" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".287", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".289" = mul i64 %".9", 5
  %".290" = add i64 %".289", 49
  %".291" = getelementptr float, ptr %"W", i64 %".290"
  %".292" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".291", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".293" = mul i64 %".9", 5
  %".294" = add i64 %".293", 64
  %".295" = getelementptr float, ptr %"W", i64 %".294"
  %".296" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".295", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".297" = mul i64 %".9", 5
  %".298" = add i64 %".297", 79
  %".299" = getelementptr float, ptr %"W", i64 %".298"
  %".300" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".299", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".301" = mul i64 %".9", 5
  %".302" = add i64 %".301", 94
  %".303" = getelementptr float, ptr %"W", i64 %".302"
  %".304" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".303", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".305" = mul i64 %".9", 5
  %".306" = add i64 %".305", 109
  %".307" = getelementptr float, ptr %"W", i64 %".306"
  %".308" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".307", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".309" = mul i64 %".9", 5
  %".310" = add i64 %".309", 124
  %".311" = getelementptr float, ptr %"W", i64 %".310"
  %".312" = call <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".311", <4 x i1> <i1 1, i1 0, i1 0, i1 0>, <4 x float> <float 0.0, float 0.0, float 0.0, float 0.0>)
  %".313" = fadd <4 x float> %".280", %".304"
  %".314" = fadd <4 x float> %".313", %".292"
  %".315" = fsub <4 x float> %".313", %".292"
  %".316" = fadd <4 x float> %".284", %".308"
  %".317" = fadd <4 x float> %".316", %".296"
  %".318" = fsub <4 x float> %".316", %".296"
  %".319" = fadd <4 x float> %".288", %".312"
  %".320" = fadd <4 x float> %".319", %".300"
  %".321" = fsub <4 x float> %".319", %".300"
  %".322" = fadd <4 x float> %".314", %".320"
  %".323" = fadd <4 x float> %".322", %".317"
  %".324" = fsub <4 x float> %".322", %".317"
  %".325" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".320", <4 x float> %".314")
  %".326" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".317", <4 x float> %".325")
  %".327" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".317", <4 x float> %".325")
  %".328" = fadd <4 x float> %".315", %".321"
  %".329" = fadd <4 x float> %".328", %".318"
  %".330" = fsub <4 x float> %".328", %".318"
  %".331" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".321", <4 x float> %".315")
  %".332" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".318", <4 x float> %".331")
  %".333" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".318", <4 x float> %".331")
  %".334" = mul i64 %".9", 8
  %".335" = add i64 %".334", 4
  %".336" = getelementptr float, ptr %"U", i64 %".335"
  %".337" = fmul <4 x float> %".314", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <4 x float> %".337", ptr %".336", align 4
  %".339" = mul i64 %".9", 8
  %".340" = add i64 %".339", 44
  %".341" = getelementptr float, ptr %"U", i64 %".340"
  %".342" = fmul <4 x float> %".323", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <4 x float> %".342", ptr %".341", align 4
  %".344" = mul i64 %".9", 8
  %".345" = add i64 %".344", 84
  %".346" = getelementptr float, ptr %"U", i64 %".345"
  %".347" = fmul <4 x float> %".324", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <4 x float> %".347", ptr %".346", align 4
  %".349" = mul i64 %".9", 8
  %".350" = add i64 %".349", 124
  %".351" = getelementptr float, ptr %"U", i64 %".350"
  %".352" = fmul <4 x float> %".326", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".352", ptr %".351", align 4
  %".354" = mul i64 %".9", 8
  %".355" = add i64 %".354", 164
  %".356" = getelementptr float, ptr %"U", i64 %".355"
  %".357" = fmul <4 x float> %".327", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".357", ptr %".356", align 4
  %".359" = mul i64 %".9", 8
  %".360" = add i64 %".359", 204
  %".361" = getelementptr float, ptr %"U", i64 %".360"
  %".362" = fmul <4 x float> %".320", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <4 x float> %".362", ptr %".361", align 4
  %".364" = mul i64 %".9", 8
  %".365" = add i64 %".364", 244
  %".366" = getelementptr float, ptr %"U", i64 %".365"
  %".367" = fmul <4 x float> %".315", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <4 x float> %".367", ptr %".366", align 4
  %".369" = mul i64 %".9", 8
  %".370" = add i64 %".369", 284
  %".371" = getelementptr float, ptr %"U", i64 %".370"
  %".372" = fmul <4 x float> %".329", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <4 x float> %".372", ptr %".371", align 4
  %".374" = mul i64 %".9", 8
  %".375" = add i64 %".374", 324
  %".376" = getelementptr float, ptr %"U", i64 %".375"
  %".377" = fmul <4 x float> %".330", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <4 x float> %".377", ptr %".376", align 4
  %".379" = mul i64 %".9", 8
  %".380" = add i64 %".379", 364
  %".381" = getelementptr float, ptr %"U", i64 %".380"
  %".382" = fmul <4 x float> %".332", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".382", ptr %".381", align 4
  %".384" = mul i64 %".9", 8
  %".385" = add i64 %".384", 404
  %".386" = getelementptr float, ptr %"U", i64 %".385"
  %".387" = fmul <4 x float> %".333", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".387", ptr %".386", align 4
  %".389" = mul i64 %".9", 8
  %".390" = add i64 %".389", 444
  %".391" = getelementptr float, ptr %"U", i64 %".390"
  %".392" = fmul <4 x float> %".321", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <4 x float> %".392", ptr %".391", align 4
  %".394" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".304", <4 x float> %".280")
  %".395" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".292", <4 x float> %".394")
  %".396" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".292", <4 x float> %".394")
  %".397" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".308", <4 x float> %".284")
  %".398" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".296", <4 x float> %".397")
  %".399" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".296", <4 x float> %".397")
  %".400" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".312", <4 x float> %".288")
  %".401" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".300", <4 x float> %".400")
  %".402" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".300", <4 x float> %".400")
  %".403" = fadd <4 x float> %".395", %".401"
  %".404" = fadd <4 x float> %".403", %".398"
  %".405" = fsub <4 x float> %".403", %".398"
  %".406" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".401", <4 x float> %".395")
  %".407" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".398", <4 x float> %".406")
  %".408" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".398", <4 x float> %".406")
  %".409" = fadd <4 x float> %".396", %".402"
  %".410" = fadd <4 x float> %".409", %".399"
  %".411" = fsub <4 x float> %".409", %".399"
  %".412" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".402", <4 x float> %".396")
  %".413" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".399", <4 x float> %".412")
  %".414" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".399", <4 x float> %".412")
  %".415" = mul i64 %".9", 8
  %".416" = add i64 %".415", 484
  %".417" = getelementptr float, ptr %"U", i64 %".416"
  %".418" = fmul <4 x float> %".395", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <4 x float> %".418", ptr %".417", align 4
  %".420" = mul i64 %".9", 8
  %".421" = add i64 %".420", 524
  %".422" = getelementptr float, ptr %"U", i64 %".421"
  %".423" = fmul <4 x float> %".404", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".423", ptr %".422", align 4
  %".425" = mul i64 %".9", 8
  %".426" = add i64 %".425", 564
  %".427" = getelementptr float, ptr %"U", i64 %".426"
  %".428" = fmul <4 x float> %".405", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".428", ptr %".427", align 4
  %".430" = mul i64 %".9", 8
  %".431" = add i64 %".430", 604
  %".432" = getelementptr float, ptr %"U", i64 %".431"
  %".433" = fmul <4 x float> %".407", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <4 x float> %".433", ptr %".432", align 4
  %".435" = mul i64 %".9", 8
  %".436" = add i64 %".435", 644
  %".437" = getelementptr float, ptr %"U", i64 %".436"
  %".438" = fmul <4 x float> %".408", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <4 x float> %".438", ptr %".437", align 4
  %".440" = mul i64 %".9", 8
  %".441" = add i64 %".440", 684
  %".442" = getelementptr float, ptr %"U", i64 %".441"
  %".443" = fmul <4 x float> %".401", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <4 x float> %".443", ptr %".442", align 4
  %".445" = mul i64 %".9", 8
  %".446" = add i64 %".445", 724
  %".447" = getelementptr float, ptr %"U", i64 %".446"
  %".448" = fmul <4 x float> %".396", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <4 x float> %".448", ptr %".447", align 4
  %".450" = mul i64 %".9", 8
  %".451" = add i64 %".450", 764
  %".452" = getelementptr float, ptr %"U", i64 %".451"
  %".453" = fmul <4 x float> %".410", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".453", ptr %".452", align 4
  %".455" = mul i64 %".9", 8
  %".456" = add i64 %".455", 804
  %".457" = getelementptr float, ptr %"U", i64 %".456"
  %".458" = fmul <4 x float> %".411", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <4 x float> %".458", ptr %".457", align 4
  %".460" = mul i64 %".9", 8
  %".461" = add i64 %".460", 844
  %".462" = getelementptr float, ptr %"U", i64 %".461"
  %".463" = fmul <4 x float> %".413", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <4 x float> %".463", ptr %".462", align 4
  %".465" = mul i64 %".9", 8
  %".466" = add i64 %".465", 884
  %".467" = getelementptr float, ptr %"U", i64 %".466"
  %".468" = fmul <4 x float> %".414", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <4 x float> %".468", ptr %".467", align 4
  %".470" = mul i64 %".9", 8
  %".471" = add i64 %".470", 924
  %".472" = getelementptr float, ptr %"U", i64 %".471"
  %".473" = fmul <4 x float> %".402", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <4 x float> %".473", ptr %".472", align 4
  %".475" = fadd <4 x float> %".280", %".288"
  %".476" = fadd <4 x float> %".475", %".284"
  %".477" = fsub <4 x float> %".475", %".284"
  %".478" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".288", <4 x float> %".280")
  %".479" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".284", <4 x float> %".478")
  %".480" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".284", <4 x float> %".478")
  %".481" = fadd <4 x float> %".304", %".312"
  %".482" = fadd <4 x float> %".481", %".308"
  %".483" = fsub <4 x float> %".481", %".308"
  %".484" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <4 x float> %".312", <4 x float> %".304")
  %".485" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <4 x float> %".308", <4 x float> %".484")
  %".486" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <4 x float> %".308", <4 x float> %".484")
  %".487" = mul i64 %".9", 8
  %".488" = add i64 %".487", 964
  %".489" = getelementptr float, ptr %"U", i64 %".488"
  %".490" = fmul <4 x float> %".280", <float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000>
  store <4 x float> %".490", ptr %".489", align 4
  %".492" = mul i64 %".9", 8
  %".493" = add i64 %".492", 1004
  %".494" = getelementptr float, ptr %"U", i64 %".493"
  %".495" = fmul <4 x float> %".476", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <4 x float> %".495", ptr %".494", align 4
  %".497" = mul i64 %".9", 8
  %".498" = add i64 %".497", 1044
  %".499" = getelementptr float, ptr %"U", i64 %".498"
  %".500" = fmul <4 x float> %".477", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <4 x float> %".500", ptr %".499", align 4
  %".502" = mul i64 %".9", 8
  %".503" = add i64 %".502", 1084
  %".504" = getelementptr float, ptr %"U", i64 %".503"
  %".505" = fmul <4 x float> %".479", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <4 x float> %".505", ptr %".504", align 4
  %".507" = mul i64 %".9", 8
  %".508" = add i64 %".507", 1124
  %".509" = getelementptr float, ptr %"U", i64 %".508"
  %".510" = fmul <4 x float> %".480", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <4 x float> %".510", ptr %".509", align 4
  %".512" = mul i64 %".9", 8
  %".513" = add i64 %".512", 1164
  %".514" = getelementptr float, ptr %"U", i64 %".513"
  %".515" = fmul <4 x float> %".288", <float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000>
  store <4 x float> %".515", ptr %".514", align 4
  %".517" = mul i64 %".9", 8
  %".518" = add i64 %".517", 1204
  %".519" = getelementptr float, ptr %"U", i64 %".518"
  %".520" = fmul <4 x float> %".304", <float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000>
  store <4 x float> %".520", ptr %".519", align 4
  %".522" = mul i64 %".9", 8
  %".523" = add i64 %".522", 1244
  %".524" = getelementptr float, ptr %"U", i64 %".523"
  %".525" = fmul <4 x float> %".482", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <4 x float> %".525", ptr %".524", align 4
  %".527" = mul i64 %".9", 8
  %".528" = add i64 %".527", 1284
  %".529" = getelementptr float, ptr %"U", i64 %".528"
  %".530" = fmul <4 x float> %".483", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <4 x float> %".530", ptr %".529", align 4
  %".532" = mul i64 %".9", 8
  %".533" = add i64 %".532", 1324
  %".534" = getelementptr float, ptr %"U", i64 %".533"
  %".535" = fmul <4 x float> %".485", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <4 x float> %".535", ptr %".534", align 4
  %".537" = mul i64 %".9", 8
  %".538" = add i64 %".537", 1364
  %".539" = getelementptr float, ptr %"U", i64 %".538"
  %".540" = fmul <4 x float> %".486", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <4 x float> %".540", ptr %".539", align 4
  %".542" = mul i64 %".9", 8
  %".543" = add i64 %".542", 1404
  %".544" = getelementptr float, ptr %"U", i64 %".543"
  store <4 x float> %".312", ptr %".544", align 4
  %".546" = add i64 %".9", 1
  %".547" = icmp slt i64 %".546", 3
  br i1 %".547", label %".6", label %".7"
.7:
  ret void
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

declare <4 x float> @"llvm.masked.load.v4f32.p0"(ptr %".1", <4 x i1> %".2", <4 x float> %".3")

