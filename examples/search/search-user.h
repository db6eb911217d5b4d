/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

G_BEGIN_DECLS

#define SEARCH_TYPE_USER (search_user_get_type ())
G_DECLARE_FINAL_TYPE (SearchUser, search_user, SEARCH, USER, GObject)

MyThread *search_user_ask (const char *question);
void search_user_agree (MyThread *question);
void search_user_refuse (MyThread *question);

G_END_DECLS
