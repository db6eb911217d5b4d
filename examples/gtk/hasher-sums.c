/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-sums.h"

#include "hasher-result.h"

#include <string.h>

static char *
escape (const char *name)
{
  GString *escaped = g_string_new (name);

  g_string_replace (escaped, "\\", "\\\\", 0);
  g_string_replace (escaped, "\n", "\\n", 0);
  g_string_replace (escaped, "\r", "\\r", 0);
  return g_string_free (escaped, FALSE);
}

/* In the format of sha256sum, where a backslash says that the name has escapes. */
static void
append_sum (GString      *text,
            HasherResult *result)
{
  GFile *file = hasher_result_get_file (result);
  const char *path = g_file_peek_path (file);
  /* What can not be in a text is given as a URI. */
  g_autofree char *uri = path && g_utf8_validate (path, -1, NULL) ? NULL : g_file_get_uri (file);
  const char *name = uri ? uri : path;
  g_autofree char *escaped = name && strpbrk (name, "\\\n\r") ? escape (name) : NULL;

  if (escaped)
    g_string_append_c (text, '\\');
  g_string_append (text, hasher_result_get_digest (result));
  g_string_append (text, "  ");
  g_string_append (text, escaped ? escaped : name);
  g_string_append_c (text, '\n');
}

/* The digests that there are, as `sha256sum --check` reads them. */
char *
hasher_sums_list (GListModel *results)
{
  GString *text = g_string_new (NULL);
  guint n_results = g_list_model_get_n_items (results);

  for (guint i = 0; i < n_results; i++) {
    g_autoptr (HasherResult) result = g_list_model_get_item (results, i);

    if (hasher_result_get_digest (result))
      append_sum (text, result);
  }
  return g_string_free (text, FALSE);
}
