# How the codec's bench is built; part of the Makefile.

BENCH_CODEC := $(BUILD)/bench/codec/bench-codec
BENCH_CODEC_OBJECTS := $(patsubst tests/bench/codec/%.c,$(BUILD)/bench/codec/%.o,$(wildcard tests/bench/codec/*.c)) \
    $(BUILD)/bench/codec/flatbuffers.o $(BUILD)/bench/codec/bets.pb-c.o $(BUILD)/bench/codec/bets.pb.o
INCLUDE_bench := -Itests -Itests/bench/codec -isystem $(BUILD)/bench/codec

# What the alternatives generate from their schemas, compiled without our warnings.
BENCH_GENERATED := $(addprefix $(BUILD)/bench/codec/,bets.pb-c.c bets.pb-c.h bets.pb.c bets.pb.h bets_generated.h)
$(BUILD)/bench/codec/bets.pb-c.c $(BUILD)/bench/codec/bets.pb-c.h &: tests/bench/codec/bets.proto
	@mkdir -p $(@D)
	protoc-c --proto_path=tests/bench/codec --c_out=$(@D) $<
$(BUILD)/bench/codec/bets.pb.c $(BUILD)/bench/codec/bets.pb.h &: tests/bench/codec/bets.proto \
    tests/bench/codec/bets.options
	@mkdir -p $(@D)
	nanopb_generator.py --quiet --proto-path=tests/bench/codec --options-path=tests/bench/codec \
	    --output-dir=$(@D) bets.proto
$(BUILD)/bench/codec/bets_generated.h: tests/bench/codec/bets.fbs
	@mkdir -p $(@D)
	flatc --cpp -o $(@D) $<
$(BUILD)/bench/codec/bets%.o: $(BUILD)/bench/codec/bets%.c
	$(CC) -std=c11 $(CFLAGS) -w -I$(@D) -c $< -o $@

$(addprefix $(BUILD)/bench/codec/,protobuf_c.o nanopb.o flatbuffers.o): $(BENCH_GENERATED)
$(BUILD)/bench/codec/%.o: tests/bench/codec/%.c $(COMPILED_WITH) tests/bench/codec/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) $(INCLUDE_bench) -c $< -o $@
$(BUILD)/bench/codec/flatbuffers.o: tests/bench/codec/flatbuffers.cc $(COMPILED_WITH) tests/bench/codec/rules.mk
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -Wall -Wextra -Werror $(CFLAGS) $(INCLUDE) $(INCLUDE_bench) -c $< -o $@

$(BUILD)/tests/unit/bench/test_handwritten: $(BUILD)/bench/codec/handwritten.o \
    $(filter-out %/agreement.o,$(call objects,tests/conformance/oracle))

# The library as it is installed, and beside it the one without shortcuts.
$(BENCH_CODEC): $(BENCH_CODEC_OBJECTS) $(PORTABLE_OBJECTS) $(LIBRARY)
	$(CXX) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lprotobuf-c -lprotobuf-nanopb -lmsgpackc

.PHONY: bench bench-codec
bench: bench-codec bench-servers ## measure: Run bench-codec, then bench-servers.
bench-codec: ## measure: Measure the codec beside its alternatives, ROUNDS=7 times.
	@$(NEED) build bench
	@$(MAKE) --no-print-directory -s $(PROGRAMS) $(BENCH_CODEC)
	@BUILD='$(BUILD)' DATA='$(DATA)' tests/bench/bench_codec.py --rounds '$(ROUNDS)'
