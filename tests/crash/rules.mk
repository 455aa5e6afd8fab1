# How the rigs in tests/crash/ that are C are built; part of the Makefile.

INCLUDE_crash := -Itests -Itests/crash/states
CRASH_STATES  := $(call objects,tests/crash/states)

.PHONY: crash-programs
crash-programs: $(BUILD)/tests/crash/states/states $(BUILD)/failing_libc.so

$(BUILD)/tests/crash/states/%.o: tests/crash/states/%.c $(COMPILED_WITH) tests/crash/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) $(INCLUDE_crash) -c $< -o $@

$(BUILD)/tests/crash/states/states: $(CRASH_STATES) $(PARTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(CRASH_STATES) $(PARTS) -luv -lsqlite3 -lxxhash -ldl

$(BUILD)/failing_libc.so: $(BUILD)/tests/crash/failing_libc.o
	$(LINK_SHARED) -o $@ $^
# It takes the place of pwrite under both of its names, and so must not have the one stand for the other.
$(BUILD)/tests/crash/failing_libc.o: DEFINE := -D_GNU_SOURCE
