# How the rigs in tests/crash/ that are C are built; part of the Makefile.

INCLUDE_crash := -Itests -Itests/crash/states
CRASH_STATES  := $(call objects,tests/crash/states)

.PHONY: crash-programs
crash-programs: $(BUILD)/tests/crash/states/states $(BUILD)/unlucky.so

$(BUILD)/tests/crash/states/%.o: tests/crash/states/%.c Makefile tests/crash/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) $(INCLUDE_crash) -c $< -o $@

$(BUILD)/tests/crash/states/states: $(CRASH_STATES) $(PARTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(CRASH_STATES) $(PARTS) -luv -lsqlite3 -lxxhash -ldl

$(BUILD)/unlucky.so: $(BUILD)/tests/crash/unlucky.o
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^
