# SPDX-License-Identifier: GPL-3.0-or-later
# Tests: C programs tests/test_*.c (cmocka) and Python programs tests/test_*.py, run by tests/run.py.

TEST_PROGRAMS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
REPLAYS := $(BUILD)/tests/replay_sheet $(BUILD)/tests/replay_solve
TEST_LIBRARIES := $(BUILD)/tests/fail_alloc.so
TEST_SCRIPTS := $(wildcard tests/test_*.py)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/tests/checker.o $(LIBRARY_OBJECTS)
	@$(if $(filter 1,$(V)),,echo '  LINK    $@')
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(filter %.o,$^) $(LIBRARIES) $(OPENED_LIBRARIES) -lcmocka -o $@

# Preloaded into the program, it lets memory end; linked into a test, the same.
$(BUILD)/tests/fail_alloc.so: tests/fail_alloc.c tests/fail_alloc.h
	@mkdir -p $(@D)
	@$(if $(filter 1,$(V)),,echo '  LINK    $@')
	$(Q)$(CC) $(CPPFLAGS) $(filter-out -fvisibility=hidden,$(ALL_CFLAGS)) $(LDFLAGS) -shared $< -o $@

$(BUILD)/tests/test_sweep: $(BUILD)/tests/fail_alloc.o

# The fuzz targets as plain programs, which go through the corpora.
$(BUILD)/tests/replay_%: $(BUILD)/tests/fuzz_%.o $(BUILD)/tests/replay.o $(BUILD)/tests/checker.o $(LIBRARY_OBJECTS)
	@$(if $(filter 1,$(V)),,echo '  LINK    $@')
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(LIBRARIES) -o $@

test: deps
	@$(MAKE) --no-print-directory test-run

# Everything built, then everything run; closes with "N passed, M failed".
test-run: all $(TEST_PROGRAMS) $(REPLAYS) $(TEST_LIBRARIES)
	@ACCORD=$(BUILD)/accord python3 tests/run.py $(BUILD) $(TEST_PROGRAMS) $(REPLAYS) $(TEST_SCRIPTS)

# The same tests on a build that stops at the first invalid access, leak or undefined operation.
asan: deps
	@ASAN_OPTIONS=allocator_may_return_null=1 ACCORD_ROUNDS=$${ACCORD_ROUNDS-60} \
	 $(MAKE) --no-print-directory BUILD=build/asan OPTIMISE=-O1 CFLAGS='-g $(SANITIZE)' test-run

# Warnings are errors under both compilers, and the passes over tables give the same by clang and without vector paths
# or threads; then the style and two analysers.
lint: deps-lint
	@$(MAKE) --no-print-directory BUILD=build/gcc CC=gcc CFLAGS=-Werror all
	@$(MAKE) --no-print-directory BUILD=build/clang CC=clang CFLAGS=-Werror all build/clang/tests/test_kernels
	@$(MAKE) --no-print-directory BUILD=build/one-path OPENMP= CFLAGS='-Werror -DACCORD_ONE_PATH' build/one-path/tests/test_kernels
	build/clang/tests/test_kernels
	build/one-path/tests/test_kernels
	clang-format --dry-run -Werror $(SOLVER) $(MODELS) $(CLI) $(wildcard include/*.h */*.h cli/explain/*.h tests/*.c benchmarks/*.c)
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	  --suppress=missingIncludeSystem -Iinclude -Isolver -Imodels -Icli solver models cli
	clang-tidy --quiet $(SOLVER) $(MODELS) $(CLI) -- -std=c11 $(CPPFLAGS)
	shellcheck completion/accord .ci/run
	python3 tests/test_house.py

# Every test on a build that counts branches, then how many of solver/ and models/ were taken; fails where a file's
# untaken ones have no reason in tests/uncovered.txt. Counts that several threads share are kept right by atomic updates.
cover: deps-cover
	@rm -rf build/cover
	@ACCORD_ROUNDS=$${ACCORD_ROUNDS-40} ACCORD_MUTATIONS=$${ACCORD_MUTATIONS-20} $(MAKE) --no-print-directory BUILD=build/cover \
	 OPTIMISE=-O0 CFLAGS='-g --coverage -fprofile-update=atomic -DACCORD_ONE_COPY' test-run; tested=$$?; \
	 gcovr --root . --object-directory build/cover --filter solver/ --filter models/ --branches --json build/cover/coverage.json; \
	 python3 tests/coverage.py build/cover/coverage.json >build/cover/coverage.txt; covered=$$?; \
	 cat build/cover/coverage.txt; exit $$((tested + covered))

FUZZ_SECONDS ?= 60

FUZZER := clang $(CPPFLAGS) -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined
FUZZ_FLAGS := -timeout=25 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1

# The sheet reader, then a whole solve and check of small sheets, under libFuzzer with both sanitizers.
fuzz: deps-fuzz
	@mkdir -p build/fuzz/sheet-corpus build/fuzz/solve-corpus
	@cp examples/*.json tests/sheets/*.json tests/corpus/sheet/* build/fuzz/sheet-corpus/
	@cp examples/*.json tests/sheets/good*.json tests/corpus/solve/* build/fuzz/solve-corpus/
	$(FUZZER) tests/fuzz_sheet.c $(SOLVER) $(MODELS) $(LIBRARIES) -o build/fuzz/sheet
	$(FUZZER) tests/fuzz_solve.c tests/checker.c $(SOLVER) $(MODELS) $(LIBRARIES) -o build/fuzz/solve
	build/fuzz/sheet -max_total_time=$(FUZZ_SECONDS) -max_len=4096 $(FUZZ_FLAGS) -artifact_prefix=build/fuzz/sheet- build/fuzz/sheet-corpus
	build/fuzz/solve -max_total_time=$(FUZZ_SECONDS) -max_len=1024 $(FUZZ_FLAGS) -artifact_prefix=build/fuzz/solve- build/fuzz/solve-corpus

# Runs of the program and unit tests under memcheck: no invalid access, nothing uninitialised, nothing lost.
valgrind: deps-valgrind
	@$(MAKE) --no-print-directory all $(BUILD)/tests/test_units $(REPLAYS)
	@ACCORD=$(BUILD)/accord python3 tests/valgrind.py $(BUILD)/tests/test_units $(REPLAYS)

.PHONY: test test-run asan lint cover fuzz valgrind
.SECONDARY:
