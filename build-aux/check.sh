#!/usr/bin/env bash
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# ./dev check [--long] [STEP...]: what must hold of every commit besides the tests themselves.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-aux/common.sh

# With --long, what takes longer than a check before each commit may.
is_long=false

jobs=$(nproc)

# The library's and the tests' sources, without what the tree does not own.
files_under () {
  source_files | grep -E "^($1)/.*\\.$2\$" || true
}

step_format () {
  source_files | xargs -r -d '\n' clang-format --dry-run --Werror
}

step_lint () {
  local status=0 sources

  build default || return
  mapfile -t sources < <(files_under 'src|examples|tests|bench' c)

  note "cppcheck: ${#sources[@]} files"
  cppcheck --quiet --error-exitcode=1 -j "$jobs" --inline-suppr \
    --std=c11 --library=gtk --enable=warning,performance,portability \
    --suppressions-list=build-aux/cppcheck.supp --template=gcc \
    -I include -I src -I _build/default/include -I tests/support \
    -DMYTHREAD_COMPILATION -D_GNU_SOURCE \
    "${sources[@]}" || status=1

  # clang-tidy reads each file as it is compiled, so what is not built on this
  # machine is left to one where it is.
  mapfile -t sources < <(printf '%s\n' "${sources[@]}" | /usr/bin/python3 build-aux/compiled.py _build/default)
  note "clang-tidy: ${#sources[@]} files"
  printf '%s\0' "${sources[@]}" |
    xargs -0 -n 1 -P "$jobs" clang-tidy --quiet -p _build/default 2>_build/clang-tidy.log || {
    # The log has clang-tidy's count of what it did not show; and why it could not run.
    grep -v -E '^[0-9]+ warnings? generated\.$|^Suppressed |^Use -header-filter' _build/clang-tidy.log || true
    status=1
  }
  return "$status"
}

# run_under NAME REPORTS ARGS...: the tests of _build/NAME; anything that the
# sanitizer has to say fails the step, also where the test itself passed.
run_under () {
  local name=$1 reports=$2 status=0 file

  shift 2
  run_tests "$name" "$name" "$@" || status=1
  for file in "$reports"/*; do
    [ -s "$file" ] || continue
    printf '%s\n' "--- report: ${file##*/}"
    head -c 20000 "$file"
    # For the last lines of all, which are what one sees first.
    [ -z "${MYTHREAD_TEST_SUMS:-}" ] || sed -n "s/^SUMMARY: /$name: ${file##*/}: /p" "$file" | sort -u | head -n 3 >>"$MYTHREAD_TEST_SUMS"
    status=1
  done
  return "$status"
}

fresh_directory () {
  rm -rf "$1"
  mkdir -p "$1"
}

step_asan () {
  local reports=$PWD/_build/asan-reports

  note 'The bindings are not part of this run: their interpreters are not instrumented.'
  # g-ir-scanner does not go with a sanitizer, and the generated calls are written from what it says.
  build default src/MyThread-1.0.gir || return
  CC=gcc build asan || return
  fresh_directory "$reports"
  # fast_unwind_on_malloc=0: GLib has no frame pointers, and a leak wants its whole stack.
  export ASAN_OPTIONS="detect_leaks=1:fast_unwind_on_malloc=0:detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1:log_path=$reports/asan"
  export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1:log_path=$reports/ubsan"
  export LSAN_OPTIONS="suppressions=$PWD/build-aux/lsan.supp:print_suppressions=0"
  export G_SLICE=always-malloc MY_TEST_TIMEOUT_FACTOR=4
  run_under asan "$reports" --timeout-multiplier 4
}

step_valgrind () {
  local supp=/usr/share/glib-2.0/valgrind/glib.supp
  local -a wrap=(
    valgrind --quiet --error-exitcode=99 --leak-check=full --num-callers=30
    --errors-for-leak-kinds=definite --show-leak-kinds=definite
    "--suppressions=$PWD/build-aux/valgrind.supp"
  )

  [ ! -e "$supp" ] || wrap+=("--suppressions=$supp")
  build valgrind || return
  export G_SLICE=always-malloc G_DEBUG=gc-friendly MY_TEST_TIMEOUT_FACTOR=20
  run_tests valgrind valgrind --suite unit --wrap="$(printf '%q ' "${wrap[@]}")" --timeout-multiplier 20
}

step_tsan () {
  local reports=$PWD/_build/tsan-reports

  note 'The bindings are not part of this run: their interpreters are not instrumented.'
  GLIB_TSAN=$(build-aux/build-glib-tsan.sh) || return
  CC=clang build tsan || return
  fresh_directory "$reports"
  # die_after_fork=0: the tests of fork() start threads in the child.
  TSAN_OPTIONS="halt_on_error=0:exitcode=66:die_after_fork=0:second_deadlock_stack=1:history_size=7"
  TSAN_OPTIONS+=":suppressions=$PWD/build-aux/tsan.supp:print_suppressions=0:log_path=$reports/tsan"
  export TSAN_OPTIONS G_SLICE=always-malloc MY_TEST_TIMEOUT_FACTOR=8
  run_under tsan "$reports" --timeout-multiplier 8
}

step_models () {
  local log=_build/models.tap status=0

  mkdir -p _build
  tests/models/run >"$log" || status=$?
  # What did not hold, with how it came to that.
  awk '/^(not )?ok / { shown = /^not ok / } shown' "$log"
  /usr/bin/python3 build-aux/sum-tests.py --label models --status "$status" --tap "$log"
}

# --- On a machine that has other things to do ---------------------------------

busy_loops=()

# They do not outlive this shell, whatever ends it.
start_busy_loops () {
  for _ in 1 2 3 4; do
    setpriv --pdeathsig KILL bash -c 'while :; do :; done' &
    busy_loops+=($!)
  done
  disown "${busy_loops[@]}"
}

stop_busy_loops () {
  [ "${#busy_loops[@]}" -eq 0 ] || kill "${busy_loops[@]}" 2>/dev/null || true
  busy_loops=()
}

first_processor () {
  local list

  list=$(taskset -pc $$)
  list=${list##*: }
  echo "${list%%[,-]*}"
}

# run_busy SETTING PASS LABEL ARGS...: the tests once, in one of the settings.
run_busy () (
  setting=$1 pass=$2 label=$3
  shift 3
  export MY_TEST_TIMEOUT_FACTOR=10
  case $setting in
    loops)
      trap stop_busy_loops EXIT
      start_busy_loops
      ;;
    one-processor) set -- "$@" --wrap "taskset -c $(first_processor)" ;;
    idle-class) set -- "$@" --wrap 'chrt --idle 0' ;;
    stopped)
      # Those that are stopped need no processor; the races are run one at a time.
      export MY_STOP_SEED=$pass MY_TEST_TIMEOUT_FACTOR=1
      set -- "$@" --wrap "$PWD/build-aux/stop-and-go.py" --num-processes 100 --no-suite stress --no-suite gtk
      ;;
  esac
  run_tests default "$label" --timeout-multiplier 10 --quiet "$@"
)

# What a test assumes of time, or of an order that nobody gives, shows where it is not let run: beside four busy loops, on
# one processor, in the class of those who get what others leave, and stopped for longer than it waits for anything. Each
# of them by itself. Without --long only the first and the last, which take a thread its processor in opposite ways: often, and for long.
step_busy () {
  local status=0 passes=1 setting pass begin sums passed failed
  local -a settings=(loops stopped) arguments=(--suite unit --suite stress --suite bindings) table=()
  local -A n_passed=() n_failed=() seconds=()

  if "$is_long"; then
    passes=20
    settings=(loops one-processor idle-class stopped)
    arguments=()
    want_packages gtk gtk-test gjs docs || note 'check busy: not all is to be had that the tests are of, so some are left out'
  fi
  build default || return
  sums=$(mktemp)

  for ((pass = 1; pass <= passes; pass++)); do
    for setting in "${settings[@]}"; do
      begin=$SECONDS
      : >"$sums"
      MYTHREAD_TEST_SUMS=$sums run_busy "$setting" "$pass" "busy, $setting, pass $pass of $passes" "${arguments[@]}" || status=1
      read -r passed failed _ <"$sums" || status=1
      [ -z "${MYTHREAD_TEST_SUMS:-}" ] || cat "$sums" >>"$MYTHREAD_TEST_SUMS"
      n_passed[$setting]=$((${n_passed[$setting]:-0} + ${passed:-0}))
      n_failed[$setting]=$((${n_failed[$setting]:-0} + ${failed:-0}))
      seconds[$setting]=$((${seconds[$setting]:-0} + SECONDS - begin))
    done
  done
  rm -f "$sums"

  for setting in "${settings[@]}"; do
    table+=("$(printf '%-14s %2d passes, %6d cases passed, %3d failed, %5d s' "$setting" "$passes" \
      "${n_passed[$setting]}" "${n_failed[$setting]}" "${seconds[$setting]}")")
  done
  printf '\n'
  printf '  %s\n' "${table[@]}"
  return "$status"
}

step_deb () {
  # Built without the tests: `./dev test` runs them.
  DEB_BUILD_OPTIONS="nocheck parallel=$jobs" \
    quietly 'dpkg-buildpackage' build-aux/build-deb.sh _build/deb || return
  note 'lintian:'
  lintian --allow-root --fail-on error --tag-display-limit 0 _build/deb/*.changes || return
  /usr/bin/python3 build-aux/check-deb.py _build/deb
}

# All suites, and bookworm too, take longer than a check may: build-aux/check-systems.sh does them, with no arguments.
# Exit status 77: there are no such roots to be had here.
step_systems () {
  build-aux/check-systems.sh trixie sid unit bindings gtk
}

main () {
  local step status failed=0 begin result is_named=true
  local -a steps=() summary=()

  for step in "$@"; do
    case $step in
      --long) is_long=true ;;
      *) steps+=("$step") ;;
    esac
  done

  [ "${#steps[@]}" -gt 0 ] || {
    steps=("${check_steps[@]}")
    is_named=false
  }
  for step in "${steps[@]}"; do
    case " ${check_steps[*]} ${more_check_steps[*]} " in
      *" $step "*) ;;
      *) die "check: no such step: $step (there are: ${check_steps[*]} ${more_check_steps[*]})" ;;
    esac
  done

  for step in "${steps[@]}"; do
    printf '\n== %s\n' "$step"
    begin=$SECONDS
    status=0
    # In a shell of its own: what a step exports is its own, and what it needs and
    # cannot get fails that step only.
    (need_packages c bindings "$step" && "step_$step") || status=$?
    case $status in
      0) result=ok ;;
      77)
        # The machine has not what the step is made of. Someone who asked for it by name is to know.
        result='NOT RUN'
        ! "$is_named" || failed=1
        ;;
      *)
        result=FAILED
        failed=1
        ;;
    esac
    summary+=("$(printf '%-9s %-7s %4d s' "$step" "$result" $((SECONDS - begin)))")
    printf '%s\n' "${summary[-1]}"
  done

  printf '\n== check\n'
  printf '%s\n' "${summary[@]}"
  return "$failed"
}

main "$@"
