/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Test cases that are functions, also asynchronous ones, and TAP for what becomes of them.
 */

import GLib from 'gi://GLib';
import MyThread from 'gi://MyThread?version=1.0';
import System from 'system';

/* Of looking: it is seconds that are counted, and one that comes late, since the process was stopped, is still one. */
const PATIENCE_SECONDS = 60 * Math.max(1, Number(GLib.getenv('MY_TEST_TIMEOUT_FACTOR')));

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

function withPatience(promise) {
    return new Promise((resolve, reject) => {
        let seconds = 0;
        const source = GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, 1, () => {
            if (++seconds === PATIENCE_SECONDS)
                reject(new Error('it takes too long'));
            return GLib.SOURCE_CONTINUE;
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
                await withPatience((async () => test())());
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
