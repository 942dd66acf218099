/** Aborts, with the signal's name as the reason, when the process is asked to end; a second request ends it at once. */
export function onCancel(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(2);
      controller.abort(name);
    });
  }
  return controller.signal;
}
