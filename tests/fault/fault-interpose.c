/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fault-interpose.h"

#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fault-interpose-private.h"

/* Whose calls are to fail, and when. The functions themselves are in fault-functions.c. */

/* who calls */

typedef enum {
  NOBODY,
  LIBRARY, /* libmythread */
  GLIB,    /* libglib */
  /* What calls the library back. A function that ends in a call is left by a jump, so that call seems to come from who has called
   * the function: what these "call" the library does. But memory they need for themselves. */
  AROUND,
} Origin;

typedef struct {
  ElfW (Addr) begin;
  ElfW (Addr) end;
  Origin origin;
} Range;

static Range ranges[16];
static guint n_ranges;

static Origin
get_origin_of_file (const char *path)
{
  static const struct {
    const char *prefix;
    Origin origin;
  } known[] = {
    { "libmythread-1.0.so", LIBRARY },
    { "libglib-2.0.so", GLIB },
    { "libgobject-2.0.so", AROUND },
    { "libgio-2.0.so", AROUND },
    { "libc.so", AROUND },
    { "ld-linux", AROUND },
  };
  const char *slash = strrchr (path, '/');
  const char *name = slash != NULL ? slash + 1 : path;

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
    if (strncmp (name, known[i].prefix, strlen (known[i].prefix)) == 0) {
      return known[i].origin;
    }
  }
  return NOBODY;
}

static int
add_ranges (struct dl_phdr_info *info,
            size_t size,
            void *unused)
{
  Origin origin = get_origin_of_file (info->dlpi_name);

  for (ElfW (Half) i = 0; origin != NOBODY && i < info->dlpi_phnum; i++) {
    const ElfW (Phdr) *header = &info->dlpi_phdr[i];

    if (header->p_type == PT_LOAD && (header->p_flags & PF_X) && n_ranges < G_N_ELEMENTS (ranges)) {
      ranges[n_ranges].begin = info->dlpi_addr + header->p_vaddr;
      ranges[n_ranges].end = ranges[n_ranges].begin + header->p_memsz;
      ranges[n_ranges].origin = origin;
      n_ranges++;
    }
  }
  return 0;
}

static gboolean
is_memory (FaultPoint point)
{
  return point >= FAULT_MALLOC && point <= FAULT_POSIX_MEMALIGN;
}

/* FALSE: neither, but this program. */
static gboolean
find_caller (FaultPoint point,
             const void *return_address,
             FaultCaller *caller)
{
  ElfW (Addr) address = (ElfW (Addr)) return_address;

  for (guint i = 0; i < n_ranges; i++) {
    if (address >= ranges[i].begin && address < ranges[i].end) {
      *caller = ranges[i].origin == GLIB || (ranges[i].origin == AROUND && is_memory (point)) ? FAULT_BY_GLIB : FAULT_BY_LIBRARY;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
fault_is_by_library (const void *return_address)
{
  FaultCaller caller;

  return find_caller (FAULT_SYS_OTHER, return_address, &caller) && caller == FAULT_BY_LIBRARY;
}

/* the rule */

#define EARLY_VARIABLE "MY_FAULT_EARLY"

static FaultReport report_of_loading;
static FaultReport *report = &report_of_loading; /* changed while there is one thread, as all of the following */
static _Atomic (const FaultRule *) current_rule;
static guint current_nth;
static atomic_llong passes_at; /* microseconds; 0: nothing has failed yet */

static atomic_bool is_over;
static __thread guint n_exempt __attribute__ ((tls_model ("initial-exec")));

static FaultRule early_rule;
static int early_fd = -1;

/* In microseconds: longer than the library tries again at once. */
#define SOME_TIME 20000

static long long
get_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000ll + now.tv_nsec / 1000;
}

/* The library is initialised before this program, and calls before that. */
static void
begin (void)
{
  static gboolean has_begun;
  const char *text;

  if (has_begun) {
    return;
  }
  has_begun = TRUE;
  dl_iterate_phdr (add_ranges, NULL);

  text = getenv (EARLY_VARIABLE);
  if (text != NULL) {
    unsigned int point;
    unsigned int caller;
    unsigned int span;

    /* NOLINTNEXTLINE(cert-err34-c): written by fault_put_early() */
    if (sscanf (text, "%u %u %u %ld %d %u %d", &point, &caller, &span, &early_rule.result, &early_rule.error_number, &current_nth, &early_fd) == 7) {
      early_rule.point = (FaultPoint) point;
      early_rule.caller = (FaultCaller) caller;
      early_rule.span = (FaultSpan) span;
      atomic_store (&current_rule, &early_rule);
    }
  }
}

void
fault_put_early (const FaultRule *rule,
                 guint nth,
                 int report_fd)
{
  char text[128];

  if (rule != NULL) {
    early_rule = *rule;
  } else {
    early_rule.point = N_FAULT_POINTS;
  }
  g_snprintf (text, sizeof text, "%u %u %u %ld %d %u %d", (guint) early_rule.point, (guint) early_rule.caller, (guint) early_rule.span,
              early_rule.result, early_rule.error_number, nth, report_fd);
  setenv (EARLY_VARIABLE, text, TRUE);
}

int
fault_get_early (void)
{
  begin ();
  return early_fd;
}

void
fault_arm (const FaultRule *rule,
           guint nth,
           FaultReport *new_report)
{
  begin ();
  for (guint i = 0; i < N_FAULT_POINTS; i++) {
    atomic_store (&new_report->n_calls[i][FAULT_BY_LIBRARY], atomic_load (&report->n_calls[i][FAULT_BY_LIBRARY]));
  }
  atomic_store (&new_report->n_faults, atomic_load (&report->n_faults));
  report = new_report;
  if (rule != NULL) {
    current_nth = nth;
    atomic_store (&current_rule, rule);
  }
}

void
fault_let_pass (void)
{
  const FaultRule *rule = atomic_load (&current_rule);

  while (rule != NULL && rule->span == FAULT_FOR_SOME_TIME && get_time () <= atomic_load (&passes_at)) {
    usleep (1000);
  }
}

void
fault_disarm (void)
{
  atomic_store (&current_rule, NULL);
  atomic_store (&is_over, TRUE);
}

void
fault_begin_exempt (void)
{
  n_exempt++;
}

void
fault_end_exempt (void)
{
  n_exempt--;
}

gboolean
fault_has_struck (void)
{
  return atomic_load (&report->n_faults) > 0;
}

FaultReport *
fault_get_report (void)
{
  return report;
}

/* Counts a call; returns the rule that answers it, or NULL. For the functions that are interposed, first thing. */
const FaultRule *
fault_meet (FaultPoint point,
            const void *return_address)
{
  const FaultRule *rule;
  FaultCaller caller;
  guint n;

  if (is_memory (point) && n_ranges == 0) {
    return NULL; /* the dynamic linker's, which is not done yet */
  }
  begin ();
  if (n_exempt > 0 || atomic_load (&is_over) || !find_caller (point, return_address, &caller)) {
    return NULL;
  }
  n = atomic_fetch_add (&report->n_calls[point][caller], 1) + 1;
  rule = atomic_load (&current_rule);
  if (rule == NULL || rule->point != point || rule->caller != caller || n < current_nth) {
    return NULL;
  }
  if (n == current_nth) {
    atomic_store (&passes_at, get_time () + SOME_TIME);
  } else if (rule->span == FAULT_ONCE || get_time () > atomic_load (&passes_at)) {
    return NULL;
  }
  atomic_fetch_add (&report->n_faults, 1);
  if (rule->error_number != 0) {
    errno = rule->error_number;
  }
  return rule;
}
