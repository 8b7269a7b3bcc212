# Reeve. `make help` lists what there is.

SHELL := /bin/sh
GO ?= go
N ?= 20000

.PHONY: help run test bench growth build generate verify lint assets clean

help: ## say what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

run: bin/reeve-demo ## everything on one machine with made-up data; FRESH=1 starts over
	@exec bin/reeve-demo demo $(if $(FRESH),--fresh)

test: ## all tests, browser included; installs what they need
	@exec sh deploy/test.sh

bench: bin/reeve-demo ## load and query benchmarks; N=100000 reports
	@exec bin/reeve-demo bench --reports $(N)

growth: ## what pages cost at 10 thousand and at 1 million rows (two minutes)
	REEVE_MILLION=1 $(GO) test -count=1 -timeout 40m -run TestGrowth -v ./cmd/reeve/bulk

build: ## the program for a real installation, bin/reeve
	@mkdir -p bin
	$(GO) build -trimpath -o bin/reeve ./cmd/reeve

# The demonstration carries its own identity provider; a real installation does not.
bin/reeve-demo: FORCE
	@mkdir -p bin
	@echo "Building Reeve (the first time takes some minutes) ..."
	@$(GO) build -tags demo -o $@ ./cmd/reeve

generate: ## Go code from templates
	$(GO) tool templ generate -path views

verify: ## generated files are current, formatting and vet are clean
	@sh deploy/verify.sh

lint: ## golangci-lint with .golangci.yml, where it is installed
	golangci-lint run ./...

assets: ## style sheets from static/src (needs Node and npm)
	@sh static/build.sh

clean: ## remove the demonstration's data and built programs
	rm -rf .data bin

FORCE:
