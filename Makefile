# The commands of this house. Everything they need is installed into .venv from the hashed locks.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
DEV = $(PYTHON) bootstrap.py --dev

.PHONY: help run test browser lint types check image clean

help: ## What can be done
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/'

run: ## Start everything and print the address (PORT=8000, ARGS="--host 0.0.0.0")
	@exec $(PYTHON) bootstrap.py manage.py run --port $(PORT) $(ARGS)

test: browser ## Run all tests (DATABASE_URL and REDIS_URL choose the servers; ARGS="-k worker")
	@AOMORI_ENV=test $(DEV) -m pytest $(ARGS)

browser: # Chromium for the browser tests
	@bash .ci/browser.sh

lint: ## Formatters and linters
	@$(DEV) .ci/checks.py lint

types: ## Type checks and import contracts
	@$(DEV) .ci/checks.py types

check: ## All checks that CI makes before the tests
	@$(DEV) .ci/checks.py

image: ## Build the container image for real (buildah on a Debian base; needs root)
	@bash .ci/image.sh

clean: ## Remove what can be made again; data in var/ stays
	@rm -rf .venv staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
