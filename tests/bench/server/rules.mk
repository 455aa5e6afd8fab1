# How the servers' bench is built; part of the Makefile.

BENCH_SERVER   := $(BUILD)/bench/server
BENCH_PROGRAMS := $(addprefix $(BENCH_SERVER)/,load commits handshakes plain-log lock-per-batch \
                  slow_sync.so)
INCLUDE_bench_server := -Itests/bench/server -isystem /usr/include/postgresql
bench_objects = $(1:%=$(BENCH_SERVER)/%.o)

$(BENCH_SERVER)/%.o: tests/bench/server/%.c $(COMPILED_WITH) tests/bench/server/rules.mk
	@mkdir -p $(@D)
	$(COMPILE) $(INCLUDE_bench_server) -c $< -o $@

$(BENCH_SERVER)/load: $(call bench_objects,load peer secure request) $(BASE_OBJECTS) $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lxxhash -lpq $(OPENSSL) -lpthread
$(BENCH_SERVER)/handshakes: $(call bench_objects,handshakes peer secure request) $(BASE_OBJECTS) $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lxxhash -lpq $(OPENSSL) -lpthread
$(BENCH_SERVER)/commits: $(call bench_objects,commits) $(PARTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(SERVER_LIBS) -lpthread
$(BENCH_SERVER)/plain-log: $(call bench_objects,plain_log threaded) $(BASE_OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lxxhash -lpthread
$(BENCH_SERVER)/lock-per-batch: $(call bench_objects,lock_per_batch threaded) $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lsqlite3 -lpthread
$(BENCH_SERVER)/slow_sync.so: $(call bench_objects,slow_sync)
	$(LINK_SHARED) -o $@ $^ -ldl

ROUNDS ?= 7
.PHONY: bench-servers
bench-servers: ## measure: Measure the server beside its alternatives, and under growing load, ROUNDS=7 times.
	@$(NEED) build bench
	@$(MAKE) --no-print-directory -s $(PROGRAMS) $(BENCH_PROGRAMS)
	@BUILD='$(BUILD)' DATA='$(DATA)' tests/bench/bench_servers.py --rounds '$(ROUNDS)' $(SECTION)

.PHONY: bench-sql
bench-sql: ## measure: Measure a query over a store, in plain SQL and with the extension, ROUNDS=7 times.
	@$(NEED) build
	@$(MAKE) --no-print-directory -s $(PROGRAMS) $(EXTENSION)
	@BUILD='$(BUILD)' tests/bench/sql.py --rounds '$(ROUNDS)'

.PHONY: bench-demo
bench-demo: ## measure: Show where the seconds of a demo go: store, codec, network. Takes DATA=.
	@$(NEED) build
	@$(MAKE) --no-print-directory -s $(PROGRAMS)
	@BUILD='$(BUILD)' DATA='$(DATA)' tests/bench/demo_profile.py

# What the README shows: the plots of the last run, kept.
.PHONY: bench-plots
bench-plots: ## measure: Keep the plots of the last `make bench` in tests/bench/plots/.
	@mkdir -p tests/bench/plots
	@cp $(BUILD)/bench/*.svg tests/bench/plots/
