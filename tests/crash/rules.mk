# How what the rigs in tests/crash/ need is built; part of the Makefile.

INCLUDE_crash := -Itests -Itests/crash/states
CRASH_STATES  := $(call objects,tests/crash/states)
CRASH_UPGRADE := $(call objects,tests/crash/upgrade)
UPGRADE_PARTS := $(CRASH_UPGRADE) $(filter-out %/states.o,$(CRASH_STATES))

.PHONY: crash-programs
crash-programs: $(BUILD)/tests/crash/states/states $(BUILD)/tests/crash/upgrade/upgrade $(BUILD)/failing_libc.so

$(CRASH_STATES) $(CRASH_UPGRADE): $(BUILD)/%.o: %.c $(COMPILED_WITH) tests/crash/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) $(INCLUDE_crash) -c $< -o $@

$(BUILD)/tests/crash/states/states: $(CRASH_STATES) $(PARTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(CRASH_STATES) $(PARTS) -luv -lsqlite3 $(POSTGRESQL) -lxxhash -ldl

$(BUILD)/tests/crash/upgrade/upgrade: $(UPGRADE_PARTS) $(PARTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(UPGRADE_PARTS) $(PARTS) -luv -lsqlite3 $(POSTGRESQL) -lxxhash -ldl

$(BUILD)/failing_libc.so: $(BUILD)/tests/crash/failing_libc.o
	$(LINK_SHARED) -o $@ $^
# It takes the place of pwrite under both of its names, and so must not have the one stand for the other.
$(BUILD)/tests/crash/failing_libc.o: DEFINE := -D_GNU_SOURCE

# ---- Programs with points at which a rig ends or stops them (base/fault.h), in a folder of their own ------------

# Of the same objects as those that are shipped, but for the files that have such points, and with one more.
POINTED := $(patsubst %.c,$(BUILD)/faults/%.o,$(shell grep -rlF --include='*.c' FAULT_POINT src) tests/crash/fault.c)
$(POINTED): $(BUILD)/faults/%.o: %.c $(COMPILED_WITH) tests/crash/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) -DSORTEO_FAULTS -c $< -o $@

$(filter $(BUILD)/faults/src/store/postgresql/%,$(POINTED)): DEFINE += $(POSTGRESQL_INCLUDE)

# with_points PARTS: the same parts, with points.
with_points = $(foreach part,$(1),$(or $(filter $(part:$(BUILD)/%=$(BUILD)/faults/%),$(POINTED)),$(part))) \
              $(BUILD)/faults/tests/crash/fault.o
$(BUILD)/faults/sorteo-server: $(call with_points,$(SERVER_PARTS))
$(BUILD)/faults/sorteo-client: $(call with_points,$(CLIENT_PARTS))
$(BUILD)/faults/sorteo: $(call with_points,$(TOOL_PARTS))

.PHONY: rigs
rigs: all $(PROGRAMS:$(BUILD)/%=$(BUILD)/faults/%) $(BUILD)/faults/lying_sqlite.so \
      $(BUILD)/stolen/sorteo-server $(BUILD)/stolen/stolen

$(BUILD)/faults/lying_sqlite.so: $(BUILD)/tests/crash/lying_sqlite.o
	$(LINK_SHARED) -o $@ $^

# ---- A server whose workers do what a planted frame says, and a rig that steals one for each system call ---------

$(BUILD)/tests/crash/stolen/%.o: tests/crash/stolen/%.c $(COMPILED_WITH) tests/crash/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) -Itests -c $< -o $@

$(BUILD)/stolen/sorteo-server: $(SERVER_PARTS) $(BUILD)/tests/crash/stolen/planted_role.o $(LINKED_WITH)
	@mkdir -p $(@D)
	$(LINK) -o $@ $(filter %.o %.a,$^) $(SERVER_LIBS) $(LIBS)

# Supervisor and worker in one program, as roles are of one build.
$(BUILD)/stolen/stolen: $(BUILD)/tests/crash/stolen/stolen.o $(BUILD)/tests/crash/stolen/planted_role.o $(PARTS) \
                        $(LINKED_WITH)
	@mkdir -p $(@D)
	$(LINK) -o $@ $(filter %.o %.a,$^) $(SERVER_LIBS) $(LIBS)
