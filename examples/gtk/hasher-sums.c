/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-sums.h"

#include "hasher-result.h"

#include "checksum-sums.h"

/* In the format of sha256sum. What can not be in a text is given as a URI. */
static void
append_sum (GString *text,
            HasherResult *result)
{
  GFile *file = hasher_result_get_file (result);
  const char *path = g_file_peek_path (file);
  g_autofree char *uri = path && g_utf8_validate (path, -1, NULL) ? NULL : g_file_get_uri (file);

  checksum_sums_append (text, hasher_result_get_digest (result), uri ? uri : path);
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
