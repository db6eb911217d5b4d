/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What every program of bench/ shares: its command line, its one line of output, the clock and the memory.
 *
 *   PROGRAM --list                            the peers, one a line
 *   PROGRAM --peer NAME [--mode NAME] [--count N]   one measurement, in a process of its own
 *   PROGRAM --smoke                           every peer in every mode with a few iterations, as TAP
 */

typedef struct {
  const char *name;
  gconstpointer data;
} BenchPeer;

typedef struct {
  const char *mode;
  guint64 count;
  gboolean smoke;
} BenchRun;

typedef struct {
  const char *name;
  double value;
} BenchFigure;

typedef struct {
  BenchFigure figures[8];
  guint n_figures;
  char *skipped;      /* why nothing was measured */
  gboolean not_asked; /* and it never will be: the peer can not be asked that */
} BenchResult;

typedef struct {
  const char *name;
  const char *const *modes; /* NULL-terminated; the first one is the default */
  guint64 count;
  guint64 smoke_count;
  /* Measures, and asserts that what it measured was really done. */
  void (*measure) (const BenchPeer *peer,
                   const BenchRun *run,
                   BenchResult *result);
} BenchProgram;

int bench_main (const BenchProgram *program,
                const BenchPeer *peers,
                guint n_peers,
                int argc,
                char **argv);

void bench_result_add (BenchResult *result,
                       const char *name,
                       double value);

/* Nanoseconds: of the clock on the wall; of processor time that all threads of the process have used; that the calling one has. */
gint64 bench_now (void);
gint64 bench_cpu_time (void);
gint64 bench_thread_cpu_time (void);

/* What is between the two calls, by the clock on the wall and of processor time, each divided by @count: the figures
 * @unit ("ns" or "us"), and the same after "cpu_". @result may be NULL. */
typedef struct {
  gint64 wall;
  gint64 cpu;
} BenchTime;

BenchTime bench_begin (void);
void bench_end (BenchTime begin,
                BenchResult *result,
                const char *unit,
                guint64 count);

/* A field of /proc/self/status in KiB, such as "VmRSS". */
gint64 bench_status_kib (const char *field);

/* Bytes that malloc() has given out and not got back. */
gsize bench_heap_bytes (void);

G_END_DECLS
