# How the simulator is built: its own files, and of the server what several servers' rules are in; part of the Makefile.

SIMULATED := $(call objects,src/lottery) $(filter %/session.o %/session_frames.o %/session_answers.o \
    %/session_ending.o %/session_clock.o %/other_dialect.o,$(call objects,src/server/worker)) \
    $(addprefix $(BUILD)/src/,$(addprefix server/committer/,commit_group.o commit_cycle.o commit_cycle_others.o \
    store_recovery.o draw_step.o results.o worker_channel.o commit_delay.o) server/channel/buffer.o store/dispatch.o \
    store/postgresql/store_clock.o base/backoff.o)
SIMULATION := $(call objects,tests/simulation)

.PHONY: simulation
simulation: $(BUILD)/tests/simulation/simulate
warnings: $(SIMULATION)

$(BUILD)/tests/simulation/%.o: tests/simulation/%.c $(COMPILED_WITH) tests/simulation/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) -Itests/simulation -c $< -o $@

$(BUILD)/tests/simulation/simulate: $(SIMULATION) $(SIMULATED) $(CODEC_OBJECTS) $(LINKED_WITH)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) -lxxhash
