# The commands of every day. What they do is in scripts/ and CMakePresets.json.

AREA ?=
FUZZ_SECONDS ?= 600
RUN_ARGS ?=
BENCH_ARGS ?=
CRASH_ROUNDS ?= 100
CRASH_ARGS ?=
SIM_SEEDS ?= 10000
SIM_ARGS ?=
JOBS ?= $(shell nproc)
export FUZZ_SECONDS JOBS

SOURCES = $(shell git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'fuzz/*.cc' 'bench/*.cc')

.PHONY: help run build test bench fuzz crash sim acceptance docs format tidy clean

help:
	@echo 'make run         build the broker and start it; RUN_ARGS="--listen mqtt://0.0.0.0:1883"'
	@echo 'make test        all tests: release, address and thread sanitizers'
	@echo 'make bench       compare with Mosquitto on the same work; BENCH_ARGS="--rounds 3 --only fan-out"'
	@echo 'make fuzz        fuzz every parser for FUZZ_SECONDS=600 each'
	@echo 'make crash       kill the broker under load CRASH_ROUNDS=100 times and judge; CRASH_ARGS="--seed 7"'
	@echo 'make sim         play SIM_SEEDS=10000 brokers with simulated clients, clock and store; SIM_ARGS="--seed 7"'
	@echo 'make acceptance  run tests/acceptance/AREA.sh, without AREA= all of them'
	@echo 'make docs        write the generated pages of docs/reference and docs/man'
	@echo 'make format      lay out the sources; make tidy looks for mistakes in them'
	@echo 'make clean       remove everything that was built'

run: build
	exec build/release/bin/sluice server --set auth.allow_anonymous=true $(RUN_ARGS)

build:
	scripts/bootstrap
	-timeout 60 scripts/swagger-ui
	cmake --preset release
	cmake --build build/release -j $(JOBS) --target sluice

test:
	scripts/bootstrap --with test
	scripts/test

bench: build
	scripts/bootstrap --with test
	bench/macro/compare $(BENCH_ARGS)

fuzz:
	scripts/bootstrap --with fuzz
	scripts/fuzz

crash: build
	scripts/bootstrap --with test
	cmake --build build/release -j $(JOBS) --target crash_harness
	build/release/bin/crash_harness --rounds $(CRASH_ROUNDS) $(CRASH_ARGS)

sim:
	scripts/bootstrap --with test
	cmake --preset release
	cmake --build build/release -j $(JOBS) --target simulation
	build/release/bin/simulation --seeds $(SIM_SEEDS) $(SIM_ARGS)

acceptance: build
	scripts/bootstrap --with test
	@for script in tests/acceptance/$(or $(AREA),*).sh; do \
	  echo "== $$script"; "$$script" || exit 1; \
	done

docs: build
	build/release/bin/sluice config-reference > docs/reference/configuration.md
	mkdir -p docs/man
	for page in $$(build/release/bin/sluice man); do \
	  build/release/bin/sluice man $$page > docs/man/$$page; \
	done

format:
	scripts/bootstrap --with format
	clang-format -i $(SOURCES)

tidy:
	scripts/bootstrap --with format
	cmake --preset dev
	clang-tidy -p build/dev --quiet $(filter-out %_test.cc,$(filter src/%.cc,$(SOURCES)))

clean:
	rm -rf build
