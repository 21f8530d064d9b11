# Your own leads: make LEADS=export.csv CRM=hubspot DATE_FORMAT=%m/%d/%Y
PYTHON ?= python3
BIN := .venv/bin

EXPORT := LEADS CRM DATE_FORMAT SCORE_COLUMN SCORE_MIN SCORE_MAX AS_OF \
	MAX_LEFT_SHARE MAX_BACKWARD_SHARE ACTIVITIES ACTIVITIES_CRM STAGE_CHANGES \
	STAGE_CHANGES_CRM NOTES EXTRA_COLUMNS SEGMENTS RECORD_URL
SIMULATION := HANDS ARRIVALS DAYS WORLDS SEED SWEEP LIKE
VALUES := $(EXPORT) $(SIMULATION) FORCE NOTIFY LEAD SET CALLS ROUNDS FULL

# What the targets would leave unread is refused, such as LEAD=export.csv for LEADS.
OF_funnel := $(EXPORT) FORCE NOTIFY
OF_doctor := $(EXPORT)
OF_build := $(EXPORT)
OF_csvs := FORCE
OF_summary := NOTIFY
OF_why := LEAD
OF_what-if := SET
OF_tune := CALLS
OF_simulate := SET $(SIMULATION)
OF_faults := ROUNDS SEED
OF_fuzz := SEED
OF_bench := FULL
GOALS := $(or $(MAKECMDGOALS),funnel)
TAKEN := $(foreach goal,$(GOALS),$(OF_$(goal))) PYTHON
$(foreach name,$(filter-out $(TAKEN) BIN,$(.VARIABLES)),$(if $(filter command,$(origin $(name))),\
	$(error make $(GOALS) has no setting '$(name)'; choose from $(TAKEN))))

# What you type is never run: each value is kept as it is written and handed to its
# command as one argument. An empty one is handed on too, for the command to refuse.
GIVEN := $(foreach name,$(VALUES),$(if $(filter undefined,$(origin $(name))),,$(name)))
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)
option = $(if $(filter $(1),$(GIVEN)),--$(shell echo $(1) | tr A-Z_ a-z-)="$$$(1)")
options = $(foreach name,$(1),$(call option,$(name)))

.DEFAULT_GOAL := funnel
.DELETE_ON_ERROR:
.PHONY: funnel doctor build csvs page summary why what-if tune simulate watch prove \
	mutants fuzz faults bench bench-score docs screenshots browser test postgres spark \
	engines lint lock sbom audit versions clean help

funnel: build csvs page summary ## (default) decide, write the CSVs and the funnel page, and sum up

doctor: .venv/installed ## what an export gives and what to set: make doctor LEADS=export.csv CRM=hubspot
	@$(BIN)/python scripts/doctor.py $(call options,$(EXPORT))

build: .venv/installed ## decide about every lead and test the result
	@$(BIN)/python scripts/build.py $(call options,$(EXPORT)) \
		$(if $(filter funnel,$(GOALS)),--summed-up)
	@$(BIN)/python scripts/check_rules.py

csvs: .venv/installed ## write decisions, work lists and CRM import files to outputs/
	@$(BIN)/python scripts/export_csvs.py $(call option,FORCE)

page: .venv/installed ## write the funnel page to outputs/
	@$(BIN)/python scripts/plot_conversion_funnel.py

summary: .venv/installed ## say in ten lines what the last build came to
	@$(BIN)/python scripts/summarize_build.py $(call option,NOTIFY)

why: .venv/installed ## why a lead is where it is: make why LEAD=L0042
	@$(if $(filter LEAD,$(GIVEN)),,echo "name the lead: make why LEAD=L0042" >&2; exit 2;) \
		$(BIN)/python scripts/why_this_lead.py -- "$$LEAD"

what-if: .venv/installed ## which leads a change moves: make what-if SET="sql_min_intent=60"
	@$(BIN)/python scripts/what_if.py $(if $(filter SET,$(GIVEN)),-- "$$SET")

tune: .venv/installed ## the thresholds that catch most wins within what reps can call: make tune CALLS=40
	@$(if $(filter CALLS,$(GIVEN)),,echo "say how many calls a rep can make in a week: make tune CALLS=40" >&2; exit 2;) \
		$(BIN)/python scripts/tune_rules.py -- "$$CALLS"

simulate: .venv/installed ## what the rules win in made-up worlds: make simulate SET="sql_min_intent=60"
	@$(BIN)/python scripts/simulate_lead_flow.py $(call options,$(SIMULATION)) \
		$(if $(filter SET,$(GIVEN)),-- "$$SET")

watch: .venv/installed ## print what moves each time a rule is saved
	@$(BIN)/python scripts/watch_rules.py

prove: .venv/installed ## judge every estimate by a hundred worlds whose truth is known, and write docs/proof.md
	@$(BIN)/python scripts/prove_estimates.py

mutants: .venv/installed ## check that dbt's tests find every small error in what decides
	@$(BIN)/python scripts/mutate_rules.py

faults: .venv/installed-dev ## kill builds, fill their disk and the like, and see what is lost: make faults ROUNDS=20
	@$(BIN)/python -m pytest tests/python/test_faults.py --numprocesses 0 --durations 0 \
		$(or $(call option,ROUNDS),--rounds=5) $(call option,SEED)

# SEED=N tries again what one run has tried
fuzz: .venv/installed-dev ## try what has to hold on tens of thousands of made-up leads
	@FUZZ_SEED="$${SEED-$$(date +%s)}" $(BIN)/python -m pytest --numprocesses 0 \
		tests/python/test_properties.py

bench: .venv/installed-bench ## time it against other ways to do the same, and write docs/performance.md
	@$(BIN)/python scripts/benchmark.py $(if $(filter FULL,$(GIVEN)),--full)

bench-score: .venv/installed-dev ## judge the learned score against scikit-learn's, and write docs/score.md
	@$(BIN)/python scripts/benchmark_score.py

# The documents show the sample, wherever the last build's leads are from.
docs: export SMARTCRM_DB := target/docs/smartcrm.duckdb
docs: export DBT_TARGET_PATH := target/docs
docs: export DO_NOT_TRACK := 1
docs: .venv/installed-dev browser ## write the documents in docs/, and dbt's with the lineage
	rm -rf target/docs && mkdir -p target/docs
	$(BIN)/dbt --quiet build
	$(BIN)/dbt docs generate --static
	$(BIN)/colibri generate --manifest target/docs/manifest.json \
		--catalog target/docs/catalog.json --output-dir target/docs/colibri
	$(BIN)/python scripts/export_field_docs.py
	$(BIN)/python scripts/export_prompt_docs.py
	$(BIN)/python scripts/build_presentation.py
	@echo "Read them with: dbt docs serve --target-path target/docs"
	@echo "Without a server: $(CURDIR)/target/docs/static_index.html"

screenshots: docs ## take the README's pictures
	SMARTCRM_DB=target/docs/smartcrm.duckdb DBT_TARGET_PATH=target/docs \
		$(BIN)/python scripts/take_screenshots.py

# The tests have a database and a target folder of their own, and always the sample.
test: export SMARTCRM_DB := target/test/smartcrm.duckdb
test: export DBT_TARGET_PATH := target/test
# while you work an edit of the rules that is not in the ledger warns; here it fails
test: export SMARTCRM_GATE := error
test: browser lint ## check everything: formats, conventions, dbt tests, scripts
	rm -rf target/test && mkdir -p target/test
	$(BIN)/python scripts/build.py
	$(BIN)/python scripts/check_rules.py
	@# compiled again, as for `make docs`: what is read of a history is there by now
	$(BIN)/dbt --quiet docs generate
	$(BIN)/dbt-bouncer run
	$(BIN)/python -m pytest

postgres: .venv/installed-postgres ## build and test the sample on a PostgreSQL server of its own
	@$(BIN)/python scripts/build_on_engine.py postgres

spark: .venv/installed-spark ## build and test the sample on Apache Spark
	@$(BIN)/python scripts/build_on_engine.py spark

engines: .venv/installed-postgres .venv/installed-spark ## build on both, and compare every row with DuckDB's
	@$(BIN)/python scripts/compare_engines.py

browser: .venv/installed-dev ## get a browser for slides, pictures and tests, if none is here
	@$(BIN)/python scripts/get_browser.py

lint: .venv/installed-dev ## check the form of SQL, Python and YAML
	$(BIN)/sqlfmt --check --quiet --reset-cache .
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/yamllint --strict .

lock: .venv/installed-dev ## lock the requirements of pyproject.toml again
	$(BIN)/uv pip compile $(LOCK) --output-file requirements-pip.txt --group pip
	$(BIN)/uv pip compile $(LOCK) --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --output-file requirements-prompts.txt --extra prompts \
		--constraint requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --output-file requirements-dev.txt --extra dev \
		--extra prompts --constraint requirements-prompts.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --output-file requirements-bench.txt --extra bench \
		--constraint requirements.txt pyproject.toml
	for extra in postgres spark audit; do $(BIN)/uv pip compile $(LOCK) \
		--output-file requirements-$$extra.txt --extra $$extra \
		--constraint requirements-dev.txt pyproject.toml || exit; done
LOCK := --quiet --universal --python-version 3.10 --generate-hashes --no-strip-extras \
	--no-emit-index-url --custom-compile-command "make lock"

sbom: .venv/installed-audit ## list what is installed to run it, as target/sbom.cdx.json (CycloneDX)
	@mkdir -p target
	@$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.txt \
		--pyproject pyproject.toml --output-reproducible --output-file target/sbom.cdx.json
	@echo target/sbom.cdx.json

audit: .venv/installed-audit ## look for known vulnerabilities of what is locked
	@$(BIN)/python scripts/audit_packages.py

versions: .venv/installed-dev ## build with the lowest and the newest allowed versions, and compare
	@$(BIN)/python scripts/compare_versions.py

clean: ## remove what was built, but not the leads or the ledger
	rm -rf target logs
	find outputs -mindepth 1 -maxdepth 1 ! -name .gitignore -exec rm -rf {} +

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/installed: requirements.txt requirements-pip.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed; name it with make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(INSTALL) -r requirements-pip.txt
	$(INSTALL) -r $<
	touch $@

EXTRAS := dev bench postgres spark audit
$(EXTRAS:%=.venv/installed-%): .venv/installed-%: requirements-%.txt .venv/installed
	$(INSTALL) -r $<
	touch $@

# what comes with Python is an older pip, and can't read all of the locks
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
