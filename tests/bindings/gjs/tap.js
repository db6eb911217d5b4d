/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Test cases that are functions, also asynchronous ones, and TAP for what becomes of them.
 */

import GLib from 'gi://GLib';
import MyThread from 'gi://MyThread?version=1.0';
import System from 'system';

const DEADLINE_SECONDS = 10;

export function equal(actual, expected) {
    const [left, right] = [actual, expected].map(value => JSON.stringify(value));

    if (left !== right)
        throw new Error(`${left} is not ${right}`);
}

export function ok(value) {
    equal(Boolean(value), true);
}

/* GJS does not iterate a list model itself. */
export function items(model) {
    return Array.from({length: model.get_n_items()}, (_, i) => model.get_item(i));
}

/* What the function throws, or rejects with. */
export async function failure(func) {
    try {
        await func();
    } catch (error) {
        return error;
    }
    throw new Error('no error was thrown');
}

function beforeDeadline(promise) {
    return new Promise((resolve, reject) => {
        const source = GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, DEADLINE_SECONDS, () => {
            reject(new Error('it takes too long'));
            return GLib.SOURCE_REMOVE;
        });

        promise.then(resolve, reject).finally(() => GLib.source_remove(source));
    });
}

/* Runs the functions one after the other, and ends the program. */
export function run(...cases) {
    const loop = new GLib.MainLoop(null, false);
    let status = 0;

    async function runAll() {
        print(`1..${cases.length}`);
        for (const [i, test] of cases.entries()) {
            try {
                await beforeDeadline((async () => test())());
                print(`ok ${i + 1} ${test.name}`);
            } catch (error) {
                status = 1;
                print(`not ok ${i + 1} ${test.name}`);
                print(`# ${error}\n${error.stack}`.trim().replaceAll('\n', '\n# '));
            }
        }
        // What a test that failed has left would keep the program from ending.
        MyThread.ThreadGroup.get_default().cancel();
        loop.quit();
    }

    runAll();
    loop.run();
    System.exit(status);
}
