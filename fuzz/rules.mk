# How fuzz targets are built; part of the Makefile. A target is a file in fuzz/targets/. FUZZ_ENGINE calls it: by
# default the replayer, which runs it over files. The scripts in fuzz/ build with other engines.

FUZZ_ENGINE  ?= $(BUILD)/fuzz/replay.o
FUZZ_TARGETS := $(patsubst fuzz/targets/%.c,%,$(wildcard fuzz/targets/*.c))
FUZZERS      := $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%)
INCLUDE_fuzz := -Itests -Ifuzz
FUZZ_COMMON  := $(BUILD)/fuzz/fuzz.o $(BUILD)/fuzz/events.o
# What else each target is linked with.
FUZZ_LIBS_csv     := -lcsv -lxxhash
FUZZ_LIBS_resume  := -lcsv -lxxhash
FUZZ_LIBS_session := -lxxhash
FUZZ_LIBS_store   := -lsqlite3 $(POSTGRESQL)
FUZZ_LIBS_tls     := $(OPENSSL)

.PHONY: fuzzers
fuzzers: $(FUZZERS)

.PRECIOUS: $(BUILD)/fuzz/%.o $(BUILD)/fuzz/table/%.c
$(BUILD)/fuzz/%.o: fuzz/%.c $(COMPILED_WITH) fuzz/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) $(INCLUDE_fuzz) -c $< -o $@

ORACLE := $(BUILD)/fuzz/oracle_decoder.o $(BUILD)/fuzz/oracle_dialect.o
$(BUILD)/fuzz/oracle_decoder.o: tests/conformance/oracle/oracle.c
$(BUILD)/fuzz/oracle_dialect.o: tests/conformance/oracle/oracle_dialect.c
$(ORACLE): $(COMPILED_WITH) fuzz/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) -c $(filter %.c,$^) -o $@

# The mutator is not under test: it is built without sanitizers and without coverage.
MUTATOR := $(BUILD)/fuzz/mutator.o $(BUILD)/fuzz/outline.o
$(MUTATOR) $(BUILD)/fuzz/libfuzzer_adapter.o $(BUILD)/fuzz/afl_adapter.o: COMPILE += -fno-sanitize=all
$(BUILD)/tests/unit/fuzz/test_mutator.o $(BUILD)/tests/unit/fuzz/test_choices.o: private INCLUDE += -Ifuzz
$(BUILD)/tests/unit/fuzz/test_mutator: $(MUTATOR) $(BUILD)/fuzz/fuzz.o
$(BUILD)/tests/unit/fuzz/test_choices: $(BUILD)/fuzz/fuzz.o
$(BUILD)/fuzz/mutator.so: $(BUILD)/fuzz/afl_adapter.o $(MUTATOR) $(BUILD)/fuzz/fuzz.o
	$(LINK_SHARED) -o $@ $^
# Targets that take frames are linked with it if FUZZ_MUTATOR names an adapter to the engine.
FUZZ_MUTATOR ?=
FUZZ_FRAMES  := decode split roundtrip oracle styles tool
ifneq ($(FUZZ_MUTATOR),)
$(FUZZ_FRAMES:%=$(BUILD)/fuzz/%): $(BUILD)/fuzz/$(FUZZ_MUTATOR).o $(MUTATOR)
endif

# The second decoder of `styles`: the same shell without shortcuts, and the same grammar as tables.
FIELD_ACTIONS := src/generator/field_actions.py
TABLE_FLAGS := $(call second_codec,table_)
TABLE_OBJECTS := $(DIALECTS:%=$(BUILD)/fuzz/table/%.o) $(BUILD)/fuzz/table/decoder.o $(BUILD)/fuzz/table/dialect.o
$(BUILD)/fuzz/table/%.c: src/codec/machine.rl $(FIELD_ACTIONS) $(wildcard grammar/*.rl)
	@mkdir -p $(@D)
	$(FIELD_ACTIONS) grammar/fields.rl $< $* > $(@D)/$*_host.rl
	(ulimit -v 2000000; ulimit -t 10; exec ragel -T0 -L -I grammar $(@D)/$*_host.rl -o $@)
$(BUILD)/fuzz/table/%.o: $(BUILD)/fuzz/table/%.c
	$(COMPILE) $(GENERATED_WARNINGS) -Wno-sign-compare -Wno-conversion $(TABLE_FLAGS) -c $< -o $@
$(BUILD)/fuzz/table/decoder.o $(BUILD)/fuzz/table/dialect.o: $(BUILD)/fuzz/table/%.o: src/codec/%.c \
    $(COMPILED_WITH) fuzz/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) $(TABLE_FLAGS) -c $< -o $@

$(BUILD)/fuzz/replay.o: fuzz/replay.c
$(BUILD)/fuzz/csv: $(BUILD)/fuzz/naive_csv.o
$(BUILD)/fuzz/encode: $(BUILD)/fuzz/request.o
$(BUILD)/fuzz/roundtrip: $(BUILD)/fuzz/reencode.o
$(BUILD)/fuzz/oracle: $(ORACLE)
$(BUILD)/fuzz/styles: $(TABLE_OBJECTS)
$(BUILD)/fuzz/store: $(BUILD)/fuzz/hostile_store.o
$(BUILD)/fuzz/tls: $(addprefix $(BUILD)/fuzz/,tls_ends.o tls_holders.o known_rand.o)
$(BUILD)/fuzz/session: $(addprefix $(BUILD)/fuzz/,world.o client.o committer.o model.o) $(call objects,src/store/memory)
$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/fuzz/targets/%.o $(FUZZ_COMMON) $(filter %.o,$(FUZZ_ENGINE)) $(PARTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(PARTS) $(filter-out %.o,$(FUZZ_ENGINE)) $(FUZZ_LIBS_$*)

# The programs that transitions.sh runs.
$(BUILD)/fuzz/xml/%.xml: src/codec/machine.rl $(FIELD_ACTIONS) $(wildcard grammar/*.rl)
	@mkdir -p $(@D)
	$(FIELD_ACTIONS) grammar/fields.rl $< $* > $(@D)/$*_host.rl
	(ulimit -v 2000000; ulimit -t 10; exec ragel -x -I grammar $(@D)/$*_host.rl -o $@)

# Nor is what all targets share.
ifneq ($(findstring fuzzer,$(CFLAGS)),)
$(FUZZ_COMMON): COMPILE += -fno-sanitize=fuzzer-no-link
endif
