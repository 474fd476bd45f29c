# make run    set everything up and open the app with the sample (without a display: write it to out/)
# make test   set everything up, check style and types, run the tests
# make bench  how fast it is here, and whether it computes more than it did (after a setup)
# All can be repeated: what is done already is not done again.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

# File in the loader's cache → Debian package that brings it.
LIBRARIES := libglib-2.0.so.0=libglib2.0-0 libEGL.so.1=libegl1 libGL.so.1=libgl1 libOpenGL.so.0=libopengl0 \
  libxkbcommon.so.0=libxkbcommon0 libxkbcommon-x11.so.0=libxkbcommon-x11-0 libxcb-cursor.so.0=libxcb-cursor0 \
  libxcb-icccm.so.4=libxcb-icccm4 libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-shape.so.0=libxcb-shape0 \
  libXrender.so.1=libxrender1 libwayland-cursor.so.0=libwayland-cursor0 libdbus-1.so.3=libdbus-1-3 \
  libfontconfig.so.1=libfontconfig1

.PHONY: run test bench lint setup setup-dev system screen clean

run: setup
	@$(PY) main.py app --sample

test: setup-dev lint screen
	@QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist worksteal

bench: setup
	@$(PY) main.py bench --compare resources/bench_history.jsonl

lint: setup-dev
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

setup: $(VENV)/.run-ready
setup-dev: $(VENV)/.dev-ready

$(PY): | system
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Mimesh needs Python 3.11 or newer; $(PYTHON) is older. Name another one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt | $(PY)
	@echo "Installing what Mimesh needs into $(VENV) (a few minutes the first time) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev-ready: requirements-dev.txt requirements.txt | $(PY)
	@echo "Installing what Mimesh and its tests need into $(VENV) (a few minutes the first time) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.run-ready

# System libraries of Qt and EGL, only on Linux, only those that are missing: with apt as root or through sudo without
# a password; else one list of what to install.
system:
	@[ "$$(uname)" = Linux ] || exit 0; \
	missing=""; \
	cache="$$(PATH=$$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null)"; \
	for pair in $(LIBRARIES); do \
	  case "$$cache" in *"$${pair%%=*} "*) ;; *) missing="$$missing $${pair##*=}";; esac; \
	done; \
	[ -n "$$(ls /usr/lib/*/dri/swrast_dri.so /usr/lib/*/libgallium*.so /usr/lib64/dri/*_dri.so 2>/dev/null)" ] || missing="$$missing libgl1-mesa-dri"; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3-venv"; \
	[ -n "$$missing" ] || exit 0; \
	if command -v apt-get >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo -n"; else root=no; fi; \
	  if [ "$$root" != no ]; then \
	    echo "Installing system libraries:$$missing"; \
	    $$root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$root apt-get install -y -qq $$missing >/dev/null && exit 0; \
	  fi; \
	fi; \
	echo "Mimesh needs these system packages (Debian/Ubuntu names):$$missing" >&2; \
	echo "Install them and run make again:  sudo apt-get install$$missing" >&2; \
	case "$$missing" in *python3-venv*) exit 1;; esac; exit 0

# A virtual screen with a mouse and a keyboard, for the test that uses a real window; without them it is skipped.
screen:
	@[ "$$(uname)" = Linux ] || exit 0; \
	command -v Xvfb >/dev/null 2>&1 && command -v xdotool >/dev/null 2>&1 && exit 0; \
	if [ "$$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo -n"; else root=no; fi; \
	if command -v apt-get >/dev/null 2>&1 && [ "$$root" != no ]; then \
	  echo "Installing a virtual screen for the tests: xvfb xdotool"; \
	  $$root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$root apt-get install -y -qq xvfb xdotool >/dev/null && exit 0; \
	fi; \
	echo "Without xvfb and xdotool the test in a real window is skipped (Debian/Ubuntu: apt-get install xvfb xdotool)." >&2

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache
