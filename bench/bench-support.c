/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-support.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  gboolean list;
  gboolean smoke;
  const char *peer;
  const char *mode;
  guint64 count;
} Options;

static gint64
read_clock (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);

  return (gint64) now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

gint64
bench_now (void)
{
  return read_clock (CLOCK_MONOTONIC);
}

gint64
bench_cpu_time (void)
{
  return read_clock (CLOCK_PROCESS_CPUTIME_ID);
}

gint64
bench_thread_cpu_time (void)
{
  return read_clock (CLOCK_THREAD_CPUTIME_ID);
}

BenchTime
bench_begin (void)
{
  gint64 cpu = bench_cpu_time ();

  return (BenchTime){ bench_now (), cpu };
}

void
bench_end (BenchTime begin,
           BenchResult *result,
           const char *unit,
           guint64 count)
{
  gint64 wall = bench_now () - begin.wall;
  gint64 cpu = bench_cpu_time () - begin.cpu;
  gboolean is_us = g_str_equal (unit, "us");
  double divisor = (is_us ? 1e3 : 1) * (double) count;

  if (result) {
    bench_result_add (result, unit, wall / divisor);
    bench_result_add (result, is_us ? "cpu_us" : "cpu_ns", cpu / divisor);
  }
}

gint64
bench_status_kib (const char *field)
{
  FILE *status = fopen ("/proc/self/status", "r");
  char line[256];
  gint64 kib = -1;

  g_assert_nonnull (status);
  while (fgets (line, sizeof line, status)) {
    if (g_str_has_prefix (line, field) && line[strlen (field)] == ':') {
      kib = g_ascii_strtoll (line + strlen (field) + 1, NULL, 10);
      break;
    }
  }
  fclose (status);
  g_assert_cmpint (kib, >=, 0);

  return kib;
}

gsize
bench_heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

void
bench_result_add (BenchResult *result,
                  const char *name,
                  double value)
{
  g_assert_cmpuint (result->n_figures, <, G_N_ELEMENTS (result->figures));
  result->figures[result->n_figures++] = (BenchFigure){ name, value };
}

static void
print_result (const BenchProgram *program,
              const BenchPeer *peer,
              const BenchRun *run,
              const BenchResult *result)
{
  printf ("{\"bench\": \"%s\", \"peer\": \"%s\", \"mode\": \"%s\", \"count\": %" G_GUINT64_FORMAT,
          program->name, peer->name, run->mode, run->count);
  if (result->skipped) {
    printf (", \"skipped\": \"%s\"", result->skipped);
  }
  for (guint i = 0; i < result->n_figures; i++) {
    printf (", \"%s\": %.3f", result->figures[i].name, result->figures[i].value);
  }
  printf ("}\n");
}

static int
smoke_test (const BenchProgram *program,
            const BenchPeer *peers,
            guint n_peers)
{
  guint n = 0;

  for (const char *const *mode = program->modes; *mode; mode++) {
    for (guint i = 0; i < n_peers; i++) {
      BenchRun run = { *mode, program->smoke_count, TRUE };
      BenchResult result = { 0 };

      program->measure (&peers[i], &run, &result);
      if (result.not_asked) {
        g_free (result.skipped);
        continue;
      }
      printf ("ok %u - %s %s%s%s\n", ++n, peers[i].name, *mode,
              result.skipped ? " # SKIP " : "", result.skipped ? result.skipped : "");
      fflush (stdout);
      g_free (result.skipped);
    }
  }
  printf ("1..%u\n", n);

  return EXIT_SUCCESS;
}

static Options
parse_options (int argc,
               char **argv)
{
  Options options = { 0 };

  for (int i = 1; i < argc; i++) {
    const char *value = i + 1 < argc ? argv[i + 1] : NULL;

    if (g_str_equal (argv[i], "--list")) {
      options.list = TRUE;
    } else if (g_str_equal (argv[i], "--smoke")) {
      options.smoke = TRUE;
    } else if (g_str_equal (argv[i], "--peer") && value) {
      options.peer = argv[++i];
    } else if (g_str_equal (argv[i], "--mode") && value) {
      options.mode = argv[++i];
    } else if (g_str_equal (argv[i], "--count") && value) {
      options.count = g_ascii_strtoull (argv[++i], NULL, 10);
    } else {
      fprintf (stderr, "usage: %s --list | --smoke | --peer NAME [--mode NAME] [--count N]\n", argv[0]);
      exit (EXIT_FAILURE);
    }
  }

  return options;
}

static const BenchPeer *
find_peer (const BenchPeer *peers,
           guint n_peers,
           const char *name)
{
  for (guint i = 0; i < n_peers; i++) {
    if (g_strcmp0 (peers[i].name, name) == 0) {
      return &peers[i];
    }
  }

  return NULL;
}

int
bench_main (const BenchProgram *program,
            const BenchPeer *peers,
            guint n_peers,
            int argc,
            char **argv)
{
  Options options = parse_options (argc, argv);
  BenchRun run = { program->modes[0], program->count, FALSE };
  BenchResult result = { 0 };
  const BenchPeer *peer;

  if (options.smoke) {
    return smoke_test (program, peers, n_peers);
  }
  if (options.list) {
    for (guint i = 0; i < n_peers; i++) {
      printf ("%s\n", peers[i].name);
    }
    return EXIT_SUCCESS;
  }

  peer = find_peer (peers, n_peers, options.peer);
  if (!peer || (options.mode && !g_strv_contains (program->modes, options.mode))) {
    fprintf (stderr, "%s: no such peer or mode\n", program->name);
    return EXIT_FAILURE;
  }
  if (options.mode) {
    run.mode = options.mode;
  }
  if (options.count > 0) {
    run.count = options.count;
  }

  program->measure (peer, &run, &result);
  print_result (program, peer, &run, &result);
  g_free (result.skipped);

  return EXIT_SUCCESS;
}
