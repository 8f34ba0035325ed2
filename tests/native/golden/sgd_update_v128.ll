; ModuleID = "golden"
target triple = "x86_64-unknown-linux-gnu"
target datalayout = ""

define internal void @"sgd_update__32_in_8_decay_16__f32__v128"(i64 %"start", i64 %"stop", ptr noalias %"gradients", ptr noalias %"values", ptr noalias %"velocity", ptr noalias %"reduced", ptr noalias %"mode", ptr noalias %"guard", ptr noalias %"lr", ptr noalias %"momentum", ptr noalias %"nesterov", ptr noalias %"decay") noinline nounwind
{
.14:
  %".15" = load double, ptr %"lr"
  %".16" = fptrunc double %".15" to float
  %".17" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".16", i32 0
  %".18" = shufflevector <4 x float> %".17", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".19" = load double, ptr %"momentum"
  %".20" = fptrunc double %".19" to float
  %".21" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".20", i32 0
  %".22" = shufflevector <4 x float> %".21", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".23" = load double, ptr %"decay"
  %".24" = fptrunc double %".23" to float
  %".25" = insertelement <4 x float> <float undef, float undef, float undef, float undef>, float %".24", i32 0
  %".26" = shufflevector <4 x float> %".25", <4 x float> <float undef, float undef, float undef, float undef>, <4 x i32> <i32 0, i32 0, i32 0, i32 0>
  %".27" = load i64, ptr %"nesterov"
  %".28" = icmp ne i64 %".27", 0
  %".29" = load double, ptr %"decay"
  %".30" = fcmp ogt double %".29",              0x0
  %".31" = load double, ptr %"guard"
  %".32" = load i64, ptr %"mode"
  %".33" = icmp ne i64 %".32", 0
  br i1 %".33", label %".14.if", label %".14.else"
.14.if:
  %".37" = icmp slt i64 %"start", %"stop"
  br i1 %".37", label %".35", label %".36"
.14.else:
  %".76" = fsub double %".31", %".31"
  %".77" = fcmp oeq double %".76",              0x0
  br i1 %".77", label %".14.else.if", label %".14.else.endif"
.14.endif:
  ret void
.35:
  %".39" = phi  i64 [%"start", %".14.if"], [%".72", %".35"]
  %".40" = getelementptr float, ptr %"gradients", i64 %".39"
  %".41" = load <4 x float>, ptr %".40", align 4
  %".42" = add i64 %".39", 32
  %".43" = getelementptr float, ptr %"gradients", i64 %".42"
  %".44" = load <4 x float>, ptr %".43", align 4
  %".45" = add i64 %".39", 64
  %".46" = getelementptr float, ptr %"gradients", i64 %".45"
  %".47" = load <4 x float>, ptr %".46", align 4
  %".48" = add i64 %".39", 96
  %".49" = getelementptr float, ptr %"gradients", i64 %".48"
  %".50" = load <4 x float>, ptr %".49", align 4
  %".51" = add i64 %".39", 128
  %".52" = getelementptr float, ptr %"gradients", i64 %".51"
  %".53" = load <4 x float>, ptr %".52", align 4
  %".54" = add i64 %".39", 160
  %".55" = getelementptr float, ptr %"gradients", i64 %".54"
  %".56" = load <4 x float>, ptr %".55", align 4
  %".57" = add i64 %".39", 192
  %".58" = getelementptr float, ptr %"gradients", i64 %".57"
  %".59" = load <4 x float>, ptr %".58", align 4
  %".60" = add i64 %".39", 224
  %".61" = getelementptr float, ptr %"gradients", i64 %".60"
  %".62" = load <4 x float>, ptr %".61", align 4
  %".63" = fadd <4 x float> %".41", %".44"
  %".64" = fadd <4 x float> %".47", %".50"
  %".65" = fadd <4 x float> %".53", %".56"
  %".66" = fadd <4 x float> %".59", %".62"
  %".67" = fadd <4 x float> %".63", %".64"
  %".68" = fadd <4 x float> %".65", %".66"
  %".69" = fadd <4 x float> %".67", %".68"
  %".70" = getelementptr float, ptr %"reduced", i64 %".39"
  store <4 x float> %".69", ptr %".70", align 4
  %".72" = add i64 %".39", 4
  %".73" = icmp slt i64 %".72", %"stop"
  br i1 %".73", label %".35", label %".36"
.36:
  br label %".14.endif"
.14.else.if:
  %".79" = select  i1 %".30", i64 16, i64 0
  %".80" = icmp sgt i64 %".79", %"start"
  %".81" = icmp slt i64 %".79", %"stop"
  %".82" = select  i1 %".81", i64 %".79", i64 %"stop"
  %".85" = icmp slt i64 %"start", %".82"
  br i1 %".85", label %".83", label %".84"
.14.else.endif:
  br label %".14.endif"
.83:
  %".87" = phi  i64 [%"start", %".14.else.if"], [%".130", %".83"]
  %".88" = getelementptr float, ptr %"gradients", i64 %".87"
  %".89" = load <4 x float>, ptr %".88", align 4
  %".90" = add i64 %".87", 32
  %".91" = getelementptr float, ptr %"gradients", i64 %".90"
  %".92" = load <4 x float>, ptr %".91", align 4
  %".93" = add i64 %".87", 64
  %".94" = getelementptr float, ptr %"gradients", i64 %".93"
  %".95" = load <4 x float>, ptr %".94", align 4
  %".96" = add i64 %".87", 96
  %".97" = getelementptr float, ptr %"gradients", i64 %".96"
  %".98" = load <4 x float>, ptr %".97", align 4
  %".99" = add i64 %".87", 128
  %".100" = getelementptr float, ptr %"gradients", i64 %".99"
  %".101" = load <4 x float>, ptr %".100", align 4
  %".102" = add i64 %".87", 160
  %".103" = getelementptr float, ptr %"gradients", i64 %".102"
  %".104" = load <4 x float>, ptr %".103", align 4
  %".105" = add i64 %".87", 192
  %".106" = getelementptr float, ptr %"gradients", i64 %".105"
  %".107" = load <4 x float>, ptr %".106", align 4
  %".108" = add i64 %".87", 224
  %".109" = getelementptr float, ptr %"gradients", i64 %".108"
  %".110" = load <4 x float>, ptr %".109", align 4
  %".111" = fadd <4 x float> %".89", %".92"
  %".112" = fadd <4 x float> %".95", %".98"
  %".113" = fadd <4 x float> %".101", %".104"
  %".114" = fadd <4 x float> %".107", %".110"
  %".115" = fadd <4 x float> %".111", %".112"
  %".116" = fadd <4 x float> %".113", %".114"
  %".117" = fadd <4 x float> %".115", %".116"
  %".118" = getelementptr float, ptr %"velocity", i64 %".87"
  %".119" = getelementptr float, ptr %"values", i64 %".87"
  %".120" = load <4 x float>, ptr %".119", align 4
  %".121" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".26", <4 x float> %".120", <4 x float> %".117")
  %".122" = load <4 x float>, ptr %".118", align 4
  %".123" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".22", <4 x float> %".122", <4 x float> %".121")
  store <4 x float> %".123", ptr %".118", align 4
  %".125" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".22", <4 x float> %".123", <4 x float> %".121")
  %".126" = select  i1 %".28", <4 x float> %".125", <4 x float> %".123"
  %".127" = fneg <4 x float> %".18"
  %".128" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".127", <4 x float> %".126", <4 x float> %".120")
  store <4 x float> %".128", ptr %".119", align 4
  %".130" = add i64 %".87", 4
  %".131" = icmp slt i64 %".130", %".82"
  br i1 %".131", label %".83", label %".84"
.84:
  %".133" = select  i1 %".80", i64 %".79", i64 %"start"
  %".136" = icmp slt i64 %".133", %"stop"
  br i1 %".136", label %".134", label %".135"
.134:
  %".138" = phi  i64 [%".133", %".84"], [%".180", %".134"]
  %".139" = getelementptr float, ptr %"gradients", i64 %".138"
  %".140" = load <4 x float>, ptr %".139", align 4
  %".141" = add i64 %".138", 32
  %".142" = getelementptr float, ptr %"gradients", i64 %".141"
  %".143" = load <4 x float>, ptr %".142", align 4
  %".144" = add i64 %".138", 64
  %".145" = getelementptr float, ptr %"gradients", i64 %".144"
  %".146" = load <4 x float>, ptr %".145", align 4
  %".147" = add i64 %".138", 96
  %".148" = getelementptr float, ptr %"gradients", i64 %".147"
  %".149" = load <4 x float>, ptr %".148", align 4
  %".150" = add i64 %".138", 128
  %".151" = getelementptr float, ptr %"gradients", i64 %".150"
  %".152" = load <4 x float>, ptr %".151", align 4
  %".153" = add i64 %".138", 160
  %".154" = getelementptr float, ptr %"gradients", i64 %".153"
  %".155" = load <4 x float>, ptr %".154", align 4
  %".156" = add i64 %".138", 192
  %".157" = getelementptr float, ptr %"gradients", i64 %".156"
  %".158" = load <4 x float>, ptr %".157", align 4
  %".159" = add i64 %".138", 224
  %".160" = getelementptr float, ptr %"gradients", i64 %".159"
  %".161" = load <4 x float>, ptr %".160", align 4
  %".162" = fadd <4 x float> %".140", %".143"
  %".163" = fadd <4 x float> %".146", %".149"
  %".164" = fadd <4 x float> %".152", %".155"
  %".165" = fadd <4 x float> %".158", %".161"
  %".166" = fadd <4 x float> %".162", %".163"
  %".167" = fadd <4 x float> %".164", %".165"
  %".168" = fadd <4 x float> %".166", %".167"
  %".169" = getelementptr float, ptr %"velocity", i64 %".138"
  %".170" = getelementptr float, ptr %"values", i64 %".138"
  %".171" = load <4 x float>, ptr %".170", align 4
  %".172" = load <4 x float>, ptr %".169", align 4
  %".173" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".22", <4 x float> %".172", <4 x float> %".168")
  store <4 x float> %".173", ptr %".169", align 4
  %".175" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".22", <4 x float> %".173", <4 x float> %".168")
  %".176" = select  i1 %".28", <4 x float> %".175", <4 x float> %".173"
  %".177" = fneg <4 x float> %".18"
  %".178" = call <4 x float> @"llvm.fma.v4f32"(<4 x float> %".177", <4 x float> %".176", <4 x float> %".171")
  store <4 x float> %".178", ptr %".170", align 4
  %".180" = add i64 %".138", 4
  %".181" = icmp slt i64 %".180", %"stop"
  br i1 %".181", label %".134", label %".135"
.135:
  br label %".14.else.endif"
}

declare <4 x float> @"llvm.fma.v4f32"(<4 x float> %".1", <4 x float> %".2", <4 x float> %".3")

