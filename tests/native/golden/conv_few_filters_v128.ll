; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"conv_forward__f2x2_s1x1_2x3x1_to_5__f32__v128_r2p3v2"(i64 %"count", ptr noalias %"x", ptr noalias %"W", ptr noalias %"b", ptr noalias %"y", ptr noalias %"mask") noinline nounwind
{
.8:
  %".11" = icmp slt i64 0, %"count"
  br i1 %".11", label %".9", label %".10"
.9:
  %".13" = phi  i64 [0, %".8"], [%".250", %".9"]
  %".14" = mul i64 %".13", 12
  %".15" = getelementptr float, ptr %"x", i64 %".14"
  %".16" = mul i64 %".13", 30
  %".17" = getelementptr float, ptr %"y", i64 %".16"
  %".18" = load <4 x float>, ptr %"b", align 4
  %".19" = getelementptr float, ptr %"b", i64 4
  %".20" = load <1 x float>, ptr %".19", align 4
  %".21" = load <4 x float>, ptr %"W", align 4
  %".22" = getelementptr float, ptr %"W", i64 4
  %".23" = load <1 x float>, ptr %".22", align 4
  %".24" = load float, ptr %".15"
  %".25" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".24", i32 0
  %".26" = shufflevector <4 x float> %".25", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".27" = insertelement <1 x float> <float undef>, float %".24", i32 0
  %".28" = shufflevector <1 x float> %".27", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".29" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".26", <4 x float> %".21", <4 x float> %".18")
  %".30" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".28", <1 x float> %".23", <1 x float> %".20")
  %".31" = getelementptr float, ptr %".15", i64 1
  %".32" = load float, ptr %".31"
  %".33" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".32", i32 0
  %".34" = shufflevector <4 x float> %".33", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".35" = insertelement <1 x float> <float undef>, float %".32", i32 0
  %".36" = shufflevector <1 x float> %".35", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".37" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".34", <4 x float> %".21", <4 x float> %".18")
  %".38" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".36", <1 x float> %".23", <1 x float> %".20")
  %".39" = getelementptr float, ptr %".15", i64 2
  %".40" = load float, ptr %".39"
  %".41" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".40", i32 0
  %".42" = shufflevector <4 x float> %".41", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".43" = insertelement <1 x float> <float undef>, float %".40", i32 0
  %".44" = shufflevector <1 x float> %".43", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".45" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".42", <4 x float> %".21", <4 x float> %".18")
  %".46" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".44", <1 x float> %".23", <1 x float> %".20")
  %".47" = getelementptr float, ptr %".15", i64 4
  %".48" = load float, ptr %".47"
  %".49" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".48", i32 0
  %".50" = shufflevector <4 x float> %".49", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".51" = insertelement <1 x float> <float undef>, float %".48", i32 0
  %".52" = shufflevector <1 x float> %".51", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".53" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".50", <4 x float> %".21", <4 x float> %".18")
  %".54" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".52", <1 x float> %".23", <1 x float> %".20")
  %".55" = getelementptr float, ptr %".15", i64 5
  %".56" = load float, ptr %".55"
  %".57" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".56", i32 0
  %".58" = shufflevector <4 x float> %".57", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".59" = insertelement <1 x float> <float undef>, float %".56", i32 0
  %".60" = shufflevector <1 x float> %".59", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".61" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".58", <4 x float> %".21", <4 x float> %".18")
  %".62" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".60", <1 x float> %".23", <1 x float> %".20")
  %".63" = getelementptr float, ptr %".15", i64 6
  %".64" = load float, ptr %".63"
  %".65" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".64", i32 0
  %".66" = shufflevector <4 x float> %".65", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".67" = insertelement <1 x float> <float undef>, float %".64", i32 0
  %".68" = shufflevector <1 x float> %".67", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".69" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".66", <4 x float> %".21", <4 x float> %".18")
  %".70" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".68", <1 x float> %".23", <1 x float> %".20")
  %".71" = getelementptr float, ptr %"W", i64 5
  %".72" = load <4 x float>, ptr %".71", align 4
  %".73" = getelementptr float, ptr %"W", i64 9
  %".74" = load <1 x float>, ptr %".73", align 4
  %".75" = getelementptr float, ptr %".15", i64 1
  %".76" = load float, ptr %".75"
  %".77" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".76", i32 0
  %".78" = shufflevector <4 x float> %".77", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".79" = insertelement <1 x float> <float undef>, float %".76", i32 0
  %".80" = shufflevector <1 x float> %".79", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".81" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".78", <4 x float> %".72", <4 x float> %".29")
  %".82" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".80", <1 x float> %".74", <1 x float> %".30")
  %".83" = getelementptr float, ptr %".15", i64 2
  %".84" = load float, ptr %".83"
  %".85" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".84", i32 0
  %".86" = shufflevector <4 x float> %".85", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".87" = insertelement <1 x float> <float undef>, float %".84", i32 0
  %".88" = shufflevector <1 x float> %".87", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".89" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".86", <4 x float> %".72", <4 x float> %".37")
  %".90" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".88", <1 x float> %".74", <1 x float> %".38")
  %".91" = getelementptr float, ptr %".15", i64 3
  %".92" = load float, ptr %".91"
  %".93" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".92", i32 0
  %".94" = shufflevector <4 x float> %".93", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".95" = insertelement <1 x float> <float undef>, float %".92", i32 0
  %".96" = shufflevector <1 x float> %".95", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".97" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".94", <4 x float> %".72", <4 x float> %".45")
  %".98" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".96", <1 x float> %".74", <1 x float> %".46")
  %".99" = getelementptr float, ptr %".15", i64 5
  %".100" = load float, ptr %".99"
  %".101" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".100", i32 0
  %".102" = shufflevector <4 x float> %".101", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".103" = insertelement <1 x float> <float undef>, float %".100", i32 0
  %".104" = shufflevector <1 x float> %".103", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".105" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".102", <4 x float> %".72", <4 x float> %".53")
  %".106" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".104", <1 x float> %".74", <1 x float> %".54")
  %".107" = getelementptr float, ptr %".15", i64 6
  %".108" = load float, ptr %".107"
  %".109" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".108", i32 0
  %".110" = shufflevector <4 x float> %".109", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".111" = insertelement <1 x float> <float undef>, float %".108", i32 0
  %".112" = shufflevector <1 x float> %".111", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".113" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".110", <4 x float> %".72", <4 x float> %".61")
  %".114" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".112", <1 x float> %".74", <1 x float> %".62")
  %".115" = getelementptr float, ptr %".15", i64 7
  %".116" = load float, ptr %".115"
  %".117" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".116", i32 0
  %".118" = shufflevector <4 x float> %".117", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".119" = insertelement <1 x float> <float undef>, float %".116", i32 0
  %".120" = shufflevector <1 x float> %".119", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".121" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".118", <4 x float> %".72", <4 x float> %".69")
  %".122" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".120", <1 x float> %".74", <1 x float> %".70")
  %".123" = getelementptr float, ptr %".15", i64 4
  %".124" = getelementptr float, ptr %"W", i64 10
  %".125" = load <4 x float>, ptr %".124", align 4
  %".126" = getelementptr float, ptr %".124", i64 4
  %".127" = load <1 x float>, ptr %".126", align 4
  %".128" = load float, ptr %".123"
  %".129" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".128", i32 0
  %".130" = shufflevector <4 x float> %".129", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".131" = insertelement <1 x float> <float undef>, float %".128", i32 0
  %".132" = shufflevector <1 x float> %".131", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".133" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".130", <4 x float> %".125", <4 x float> %".81")
  %".134" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".132", <1 x float> %".127", <1 x float> %".82")
  %".135" = getelementptr float, ptr %".123", i64 1
  %".136" = load float, ptr %".135"
  %".137" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".136", i32 0
  %".138" = shufflevector <4 x float> %".137", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".139" = insertelement <1 x float> <float undef>, float %".136", i32 0
  %".140" = shufflevector <1 x float> %".139", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".141" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".138", <4 x float> %".125", <4 x float> %".89")
  %".142" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".140", <1 x float> %".127", <1 x float> %".90")
  %".143" = getelementptr float, ptr %".123", i64 2
  %".144" = load float, ptr %".143"
  %".145" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".144", i32 0
  %".146" = shufflevector <4 x float> %".145", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".147" = insertelement <1 x float> <float undef>, float %".144", i32 0
  %".148" = shufflevector <1 x float> %".147", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".149" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".146", <4 x float> %".125", <4 x float> %".97")
  %".150" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".148", <1 x float> %".127", <1 x float> %".98")
  %".151" = getelementptr float, ptr %".123", i64 4
  %".152" = load float, ptr %".151"
  %".153" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".152", i32 0
  %".154" = shufflevector <4 x float> %".153", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".155" = insertelement <1 x float> <float undef>, float %".152", i32 0
  %".156" = shufflevector <1 x float> %".155", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".157" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".154", <4 x float> %".125", <4 x float> %".105")
  %".158" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".156", <1 x float> %".127", <1 x float> %".106")
  %".159" = getelementptr float, ptr %".123", i64 5
  %".160" = load float, ptr %".159"
  %".161" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".160", i32 0
  %".162" = shufflevector <4 x float> %".161", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".163" = insertelement <1 x float> <float undef>, float %".160", i32 0
  %".164" = shufflevector <1 x float> %".163", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".165" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".162", <4 x float> %".125", <4 x float> %".113")
  %".166" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".164", <1 x float> %".127", <1 x float> %".114")
  %".167" = getelementptr float, ptr %".123", i64 6
  %".168" = load float, ptr %".167"
  %".169" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".168", i32 0
  %".170" = shufflevector <4 x float> %".169", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".171" = insertelement <1 x float> <float undef>, float %".168", i32 0
  %".172" = shufflevector <1 x float> %".171", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".173" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".170", <4 x float> %".125", <4 x float> %".121")
  %".174" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".172", <1 x float> %".127", <1 x float> %".122")
  %".175" = getelementptr float, ptr %".124", i64 5
  %".176" = load <4 x float>, ptr %".175", align 4
  %".177" = getelementptr float, ptr %".124", i64 9
  %".178" = load <1 x float>, ptr %".177", align 4
  %".179" = getelementptr float, ptr %".123", i64 1
  %".180" = load float, ptr %".179"
  %".181" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".180", i32 0
  %".182" = shufflevector <4 x float> %".181", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".183" = insertelement <1 x float> <float undef>, float %".180", i32 0
  %".184" = shufflevector <1 x float> %".183", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".185" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".182", <4 x float> %".176", <4 x float> %".133")
  %".186" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".184", <1 x float> %".178", <1 x float> %".134")
  %".187" = getelementptr float, ptr %".123", i64 2
  %".188" = load float, ptr %".187"
  %".189" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".188", i32 0
  %".190" = shufflevector <4 x float> %".189", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".191" = insertelement <1 x float> <float undef>, float %".188", i32 0
  %".192" = shufflevector <1 x float> %".191", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".193" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".190", <4 x float> %".176", <4 x float> %".141")
  %".194" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".192", <1 x float> %".178", <1 x float> %".142")
  %".195" = getelementptr float, ptr %".123", i64 3
  %".196" = load float, ptr %".195"
  %".197" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".196", i32 0
  %".198" = shufflevector <4 x float> %".197", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".199" = insertelement <1 x float> <float undef>, float %".196", i32 0
  %".200" = shufflevector <1 x float> %".199", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".201" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".198", <4 x float> %".176", <4 x float> %".149")
  %".202" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".200", <1 x float> %".178", <1 x float> %".150")
  %".203" = getelementptr float, ptr %".123", i64 5
  %".204" = load float, ptr %".203"
  %".205" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".204", i32 0
  %".206" = shufflevector <4 x float> %".205", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".207" = insertelement <1 x float> <float undef>, float %".204", i32 0
  %".208" = shufflevector <1 x float> %".207", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".209" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".206", <4 x float> %".176", <4 x float> %".157")
  %".210" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".208", <1 x float> %".178", <1 x float> %".158")
  %".211" = getelementptr float, ptr %".123", i64 6
  %".212" = load float, ptr %".211"
  %".213" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".212", i32 0
  %".214" = shufflevector <4 x float> %".213", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".215" = insertelement <1 x float> <float undef>, float %".212", i32 0
  %".216" = shufflevector <1 x float> %".215", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".217" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".214", <4 x float> %".176", <4 x float> %".165")
  %".218" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".216", <1 x float> %".178", <1 x float> %".166")
  %".219" = getelementptr float, ptr %".123", i64 7
  %".220" = load float, ptr %".219"
  %".221" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".220", i32 0
  %".222" = shufflevector <4 x float> %".221", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".223" = insertelement <1 x float> <float undef>, float %".220", i32 0
  %".224" = shufflevector <1 x float> %".223", <1 x float> <float undef>, <1 x i32> <i32 0>
  %".225" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".222", <4 x float> %".176", <4 x float> %".173")
  %".226" = call <1 x float> @"llvm.fma.v1f32"(<1 x float> %".224", <1 x float> %".178", <1 x float> %".174")
  store <4 x float> %".185", ptr %".17", align 4
  %".228" = getelementptr float, ptr %".17", i64 4
  store <1 x float> %".186", ptr %".228", align 4
  %".230" = getelementptr float, ptr %".17", i64 5
  store <4 x float> %".193", ptr %".230", align 4
  %".232" = getelementptr float, ptr %".17", i64 9
  store <1 x float> %".194", ptr %".232", align 4
  %".234" = getelementptr float, ptr %".17", i64 10
  store <4 x float> %".201", ptr %".234", align 4
  %".236" = getelementptr float, ptr %".17", i64 14
  store <1 x float> %".202", ptr %".236", align 4
  %".238" = getelementptr float, ptr %".17", i64 15
  store <4 x float> %".209", ptr %".238", align 4
  %".240" = getelementptr float, ptr %".17", i64 19
  store <1 x float> %".210", ptr %".240", align 4
  %".242" = getelementptr float, ptr %".17", i64 20
  store <4 x float> %".217", ptr %".242", align 4
  %".244" = getelementptr float, ptr %".17", i64 24
  store <1 x float> %".218", ptr %".244", align 4
  %".246" = getelementptr float, ptr %".17", i64 25
  store <4 x float> %".225", ptr %".246", align 4
  %".248" = getelementptr float, ptr %".17", i64 29
  store <1 x float> %".226", ptr %".248", align 4
  %".250" = add i64 %".13", 1
  %".251" = icmp slt i64 %".250", %"count"
  br i1 %".251", label %".9", label %".10"
.10:
  ret void
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

declare <1 x float> @"llvm.fma.v1f32"(<1 x float> %".1", <1 x float> %".2", <1 x float> %".3")

