; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"winograd_filters__3_to_5_block5__f32__avx512"(i64 %"count", ptr noalias %"W", ptr noalias %"U") noinline nounwind
{
.5:
  br label %".6"
.6:
  %".9" = phi  i64 [0, %".5"], [%".277", %".6"]
  %".10" = mul i64 %".9", 5
  %".11" = getelementptr float, ptr %"W", i64 %".10"
  %".12" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".11", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".13" = mul i64 %".9", 5
  %".14" = add i64 %".13", 15
  %".15" = getelementptr float, ptr %"W", i64 %".14"
  %".16" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".15", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".17" = mul i64 %".9", 5
  %".18" = add i64 %".17", 30
  %".19" = getelementptr float, ptr %"W", i64 %".18"
  %".20" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".19", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".21" = mul i64 %".9", 5
  %".22" = add i64 %".21", 45
  %".23" = getelementptr float, ptr %"W", i64 %".22"
  %".24" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".23", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".25" = mul i64 %".9", 5
  %".26" = add i64 %".25", 60
  %".27" = getelementptr float, ptr %"W", i64 %".26"
  %".28" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".27", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".29" = mul i64 %".9", 5
  %".30" = add i64 %".29", 75
  %".31" = getelementptr float, ptr %"W", i64 %".30"
  %".32" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".31", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".33" = mul i64 %".9", 5
  %".34" = add i64 %".33", 90
  %".35" = getelementptr float, ptr %"W", i64 %".34"
  %".36" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".35", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".37" = mul i64 %".9", 5
  %".38" = add i64 %".37", 105
  %".39" = getelementptr float, ptr %"W", i64 %".38"
  %".40" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".39", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".41" = mul i64 %".9", 5
  %".42" = add i64 %".41", 120
  %".43" = getelementptr float, ptr %"W", i64 %".42"
  %".44" = call <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".43", <16 x i1> <i1 1, i1 1, i1 1, i1 1, i1 1, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0, i1 0>, <16 x float> <float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0, float 0.0>)
  %".45" = fadd <16 x float> %".12", %".36"
  %".46" = fadd <16 x float> %".45", %".24"
  %".47" = fsub <16 x float> %".45", %".24"
  %".48" = fadd <16 x float> %".16", %".40"
  %".49" = fadd <16 x float> %".48", %".28"
  %".50" = fsub <16 x float> %".48", %".28"
  %".51" = fadd <16 x float> %".20", %".44"
  %".52" = fadd <16 x float> %".51", %".32"
  %".53" = fsub <16 x float> %".51", %".32"
  %".54" = fadd <16 x float> %".46", %".52"
  %".55" = fadd <16 x float> %".54", %".49"
  %".56" = fsub <16 x float> %".54", %".49"
  %".57" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".52", <16 x float> %".46")
  %".58" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".49", <16 x float> %".57")
  %".59" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".49", <16 x float> %".57")
  %".60" = fadd <16 x float> %".47", %".53"
  %".61" = fadd <16 x float> %".60", %".50"
  %".62" = fsub <16 x float> %".60", %".50"
  %".63" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".53", <16 x float> %".47")
  %".64" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".50", <16 x float> %".63")
  %".65" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".50", <16 x float> %".63")
  %".66" = mul i64 %".9", 16
  %".67" = getelementptr float, ptr %"U", i64 %".66"
  %".68" = fmul <16 x float> %".46", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <16 x float> %".68", ptr %".67", align 4
  %".70" = mul i64 %".9", 16
  %".71" = add i64 %".70", 64
  %".72" = getelementptr float, ptr %"U", i64 %".71"
  %".73" = fmul <16 x float> %".55", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <16 x float> %".73", ptr %".72", align 4
  %".75" = mul i64 %".9", 16
  %".76" = add i64 %".75", 128
  %".77" = getelementptr float, ptr %"U", i64 %".76"
  %".78" = fmul <16 x float> %".56", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <16 x float> %".78", ptr %".77", align 4
  %".80" = mul i64 %".9", 16
  %".81" = add i64 %".80", 192
  %".82" = getelementptr float, ptr %"U", i64 %".81"
  %".83" = fmul <16 x float> %".58", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <16 x float> %".83", ptr %".82", align 4
  %".85" = mul i64 %".9", 16
  %".86" = add i64 %".85", 256
  %".87" = getelementptr float, ptr %"U", i64 %".86"
  %".88" = fmul <16 x float> %".59", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <16 x float> %".88", ptr %".87", align 4
  %".90" = mul i64 %".9", 16
  %".91" = add i64 %".90", 320
  %".92" = getelementptr float, ptr %"U", i64 %".91"
  %".93" = fmul <16 x float> %".52", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <16 x float> %".93", ptr %".92", align 4
  %".95" = mul i64 %".9", 16
  %".96" = add i64 %".95", 384
  %".97" = getelementptr float, ptr %"U", i64 %".96"
  %".98" = fmul <16 x float> %".47", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <16 x float> %".98", ptr %".97", align 4
  %".100" = mul i64 %".9", 16
  %".101" = add i64 %".100", 448
  %".102" = getelementptr float, ptr %"U", i64 %".101"
  %".103" = fmul <16 x float> %".61", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <16 x float> %".103", ptr %".102", align 4
  %".105" = mul i64 %".9", 16
  %".106" = add i64 %".105", 512
  %".107" = getelementptr float, ptr %"U", i64 %".106"
  %".108" = fmul <16 x float> %".62", <float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000, float 0x3f9c71c720000000>
  store <16 x float> %".108", ptr %".107", align 4
  %".110" = mul i64 %".9", 16
  %".111" = add i64 %".110", 576
  %".112" = getelementptr float, ptr %"U", i64 %".111"
  %".113" = fmul <16 x float> %".64", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <16 x float> %".113", ptr %".112", align 4
  %".115" = mul i64 %".9", 16
  %".116" = add i64 %".115", 640
  %".117" = getelementptr float, ptr %"U", i64 %".116"
  %".118" = fmul <16 x float> %".65", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <16 x float> %".118", ptr %".117", align 4
  %".120" = mul i64 %".9", 16
  %".121" = add i64 %".120", 704
  %".122" = getelementptr float, ptr %"U", i64 %".121"
  %".123" = fmul <16 x float> %".53", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <16 x float> %".123", ptr %".122", align 4
  %".125" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".36", <16 x float> %".12")
  %".126" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".24", <16 x float> %".125")
  %".127" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".24", <16 x float> %".125")
  %".128" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".40", <16 x float> %".16")
  %".129" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".28", <16 x float> %".128")
  %".130" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".28", <16 x float> %".128")
  %".131" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".44", <16 x float> %".20")
  %".132" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".32", <16 x float> %".131")
  %".133" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".32", <16 x float> %".131")
  %".134" = fadd <16 x float> %".126", %".132"
  %".135" = fadd <16 x float> %".134", %".129"
  %".136" = fsub <16 x float> %".134", %".129"
  %".137" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".132", <16 x float> %".126")
  %".138" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".129", <16 x float> %".137")
  %".139" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".129", <16 x float> %".137")
  %".140" = fadd <16 x float> %".127", %".133"
  %".141" = fadd <16 x float> %".140", %".130"
  %".142" = fsub <16 x float> %".140", %".130"
  %".143" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".133", <16 x float> %".127")
  %".144" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".130", <16 x float> %".143")
  %".145" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".130", <16 x float> %".143")
  %".146" = mul i64 %".9", 16
  %".147" = add i64 %".146", 768
  %".148" = getelementptr float, ptr %"U", i64 %".147"
  %".149" = fmul <16 x float> %".126", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <16 x float> %".149", ptr %".148", align 4
  %".151" = mul i64 %".9", 16
  %".152" = add i64 %".151", 832
  %".153" = getelementptr float, ptr %"U", i64 %".152"
  %".154" = fmul <16 x float> %".135", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <16 x float> %".154", ptr %".153", align 4
  %".156" = mul i64 %".9", 16
  %".157" = add i64 %".156", 896
  %".158" = getelementptr float, ptr %"U", i64 %".157"
  %".159" = fmul <16 x float> %".136", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <16 x float> %".159", ptr %".158", align 4
  %".161" = mul i64 %".9", 16
  %".162" = add i64 %".161", 960
  %".163" = getelementptr float, ptr %"U", i64 %".162"
  %".164" = fmul <16 x float> %".138", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <16 x float> %".164", ptr %".163", align 4
  %".166" = mul i64 %".9", 16
  %".167" = add i64 %".166", 1024
  %".168" = getelementptr float, ptr %"U", i64 %".167"
  %".169" = fmul <16 x float> %".139", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <16 x float> %".169", ptr %".168", align 4
  %".171" = mul i64 %".9", 16
  %".172" = add i64 %".171", 1088
  %".173" = getelementptr float, ptr %"U", i64 %".172"
  %".174" = fmul <16 x float> %".132", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <16 x float> %".174", ptr %".173", align 4
  %".176" = mul i64 %".9", 16
  %".177" = add i64 %".176", 1152
  %".178" = getelementptr float, ptr %"U", i64 %".177"
  %".179" = fmul <16 x float> %".127", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <16 x float> %".179", ptr %".178", align 4
  %".181" = mul i64 %".9", 16
  %".182" = add i64 %".181", 1216
  %".183" = getelementptr float, ptr %"U", i64 %".182"
  %".184" = fmul <16 x float> %".141", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <16 x float> %".184", ptr %".183", align 4
  %".186" = mul i64 %".9", 16
  %".187" = add i64 %".186", 1280
  %".188" = getelementptr float, ptr %"U", i64 %".187"
  %".189" = fmul <16 x float> %".142", <float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000, float 0xbf7c71c720000000>
  store <16 x float> %".189", ptr %".188", align 4
  %".191" = mul i64 %".9", 16
  %".192" = add i64 %".191", 1344
  %".193" = getelementptr float, ptr %"U", i64 %".192"
  %".194" = fmul <16 x float> %".144", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <16 x float> %".194", ptr %".193", align 4
  %".196" = mul i64 %".9", 16
  %".197" = add i64 %".196", 1408
  %".198" = getelementptr float, ptr %"U", i64 %".197"
  %".199" = fmul <16 x float> %".145", <float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000, float 0x3f5c71c720000000>
  store <16 x float> %".199", ptr %".198", align 4
  %".201" = mul i64 %".9", 16
  %".202" = add i64 %".201", 1472
  %".203" = getelementptr float, ptr %"U", i64 %".202"
  %".204" = fmul <16 x float> %".133", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <16 x float> %".204", ptr %".203", align 4
  %".206" = fadd <16 x float> %".12", %".20"
  %".207" = fadd <16 x float> %".206", %".16"
  %".208" = fsub <16 x float> %".206", %".16"
  %".209" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".20", <16 x float> %".12")
  %".210" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".16", <16 x float> %".209")
  %".211" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".16", <16 x float> %".209")
  %".212" = fadd <16 x float> %".36", %".44"
  %".213" = fadd <16 x float> %".212", %".40"
  %".214" = fsub <16 x float> %".212", %".40"
  %".215" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000, float 0x4010000000000000>, <16 x float> %".44", <16 x float> %".36")
  %".216" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000, float 0x4000000000000000>, <16 x float> %".40", <16 x float> %".215")
  %".217" = call <16 x float> @"llvm.fma.v16f32"(<16 x float> <float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000, float 0xc000000000000000>, <16 x float> %".40", <16 x float> %".215")
  %".218" = mul i64 %".9", 16
  %".219" = add i64 %".218", 1536
  %".220" = getelementptr float, ptr %"U", i64 %".219"
  %".221" = fmul <16 x float> %".12", <float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000, float 0x3fb0000000000000>
  store <16 x float> %".221", ptr %".220", align 4
  %".223" = mul i64 %".9", 16
  %".224" = add i64 %".223", 1600
  %".225" = getelementptr float, ptr %"U", i64 %".224"
  %".226" = fmul <16 x float> %".207", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <16 x float> %".226", ptr %".225", align 4
  %".228" = mul i64 %".9", 16
  %".229" = add i64 %".228", 1664
  %".230" = getelementptr float, ptr %"U", i64 %".229"
  %".231" = fmul <16 x float> %".208", <float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000, float 0xbfa5555560000000>
  store <16 x float> %".231", ptr %".230", align 4
  %".233" = mul i64 %".9", 16
  %".234" = add i64 %".233", 1728
  %".235" = getelementptr float, ptr %"U", i64 %".234"
  %".236" = fmul <16 x float> %".210", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <16 x float> %".236", ptr %".235", align 4
  %".238" = mul i64 %".9", 16
  %".239" = add i64 %".238", 1792
  %".240" = getelementptr float, ptr %"U", i64 %".239"
  %".241" = fmul <16 x float> %".211", <float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000, float 0x3f85555560000000>
  store <16 x float> %".241", ptr %".240", align 4
  %".243" = mul i64 %".9", 16
  %".244" = add i64 %".243", 1856
  %".245" = getelementptr float, ptr %"U", i64 %".244"
  %".246" = fmul <16 x float> %".20", <float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000>
  store <16 x float> %".246", ptr %".245", align 4
  %".248" = mul i64 %".9", 16
  %".249" = add i64 %".248", 1920
  %".250" = getelementptr float, ptr %"U", i64 %".249"
  %".251" = fmul <16 x float> %".36", <float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000, float 0x3fd0000000000000>
  store <16 x float> %".251", ptr %".250", align 4
  %".253" = mul i64 %".9", 16
  %".254" = add i64 %".253", 1984
  %".255" = getelementptr float, ptr %"U", i64 %".254"
  %".256" = fmul <16 x float> %".213", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <16 x float> %".256", ptr %".255", align 4
  %".258" = mul i64 %".9", 16
  %".259" = add i64 %".258", 2048
  %".260" = getelementptr float, ptr %"U", i64 %".259"
  %".261" = fmul <16 x float> %".214", <float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000, float 0xbfc5555560000000>
  store <16 x float> %".261", ptr %".260", align 4
  %".263" = mul i64 %".9", 16
  %".264" = add i64 %".263", 2112
  %".265" = getelementptr float, ptr %"U", i64 %".264"
  %".266" = fmul <16 x float> %".216", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <16 x float> %".266", ptr %".265", align 4
  %".268" = mul i64 %".9", 16
  %".269" = add i64 %".268", 2176
  %".270" = getelementptr float, ptr %"U", i64 %".269"
  %".271" = fmul <16 x float> %".217", <float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000, float 0x3fa5555560000000>
  store <16 x float> %".271", ptr %".270", align 4
  %".273" = mul i64 %".9", 16
  %".274" = add i64 %".273", 2240
  %".275" = getelementptr float, ptr %"U", i64 %".274"
  store <16 x float> %".44", ptr %".275", align 4
  %".277" = add i64 %".9", 1
  %".278" = icmp slt i64 %".277", 3
  br i1 %".278", label %".6", label %".7"
.7:
  ret void
}

declare <16 x float> @"llvm.masked.load.v16f32.p0"(ptr %".1", <16 x i1> %".2", <16 x float> %".3")

declare <16 x float> @"llvm.fma.v16f32"(<16 x float> %".1", <16 x float> %".2", <16 x float> %".3")

