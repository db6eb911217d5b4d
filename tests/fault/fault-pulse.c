/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fault-pulse.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static void
feel_os_thread (FaultPulse *pulse,
                const char *path)
{
  char line[256];
  FILE *file = fopen (path, "r");

  if (file == NULL) {
    pulse->all_sleep = FALSE; /* it has just ended */
    return;
  }
  while (fgets (line, sizeof line, file) != NULL) {
    const char *value = strchr (line, ':');

    if (value != NULL && g_str_has_prefix (line, "State:")) {
      /* Z: the first one, that has ended before the others. */
      pulse->all_sleep = pulse->all_sleep && strpbrk (value, "SZ") != NULL;
    } else if (value != NULL && strstr (line, "ctxt_switches") != NULL) {
      pulse->n_switches += g_ascii_strtoull (value + 1, NULL, 10);
    }
  }
  fclose (file);
}

void
fault_pulse_feel (FaultPulse *pulse,
                  pid_t       process,
                  pid_t       but)
{
  char path[512];
  DIR *directory;
  struct dirent *entry;

  g_snprintf (path, sizeof path, "/proc/%d/task", (int) process);
  directory = opendir (path);
  if (directory == NULL) {
    pulse->all_sleep = FALSE;
    return;
  }
  while ((entry = readdir (directory)) != NULL) {
    if (entry->d_name[0] != '.' && g_ascii_strtoll (entry->d_name, NULL, 10) != but) {
      g_snprintf (path, sizeof path, "/proc/%d/task/%s/status", (int) process, entry->d_name);
      feel_os_thread (pulse, path);
    }
  }
  closedir (directory);
}

gboolean
fault_pulse_is_silent (const FaultPulse *pulse,
                       const FaultPulse *last)
{
  return pulse->all_sleep && pulse->n_switches == last->n_switches;
}
