"""Cells whose packages ask questions at a terminal, with a front end that answers and with one that cannot. Arguments: KERNELS FOLDER CELLS; prints JSON."""
import json
import sys
from pathlib import Path

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

kernels, folder, cells = sys.argv[1], sys.argv[2], json.loads(Path(sys.argv[3]).read_text())
manager = KernelManager(
    kernel_name='spikelab',
    kernel_spec_manager=KernelSpecManager(kernel_dirs=[kernels], ensure_native_kernel=False),
)
manager.start_kernel(cwd=folder)
client = manager.blocking_client()
client.start_channels()
results = {}
try:
    client.wait_for_ready(timeout=120)
    for name, cell in cells.items():
        results[name] = {}
        for can_answer in (True, False):
            answers, shown = list(cell['answers']), {}

            def output(message):
                content = message['content']
                if message['msg_type'] == 'execute_result':
                    shown['result'] = content['data']['text/plain']
                if message['msg_type'] == 'error':
                    shown['error'] = f"{content['ename']}: {content['evalue']}"

            def ask(_message):
                client.input(answers.pop(0))

            try:
                client.execute_interactive(
                    cell['code'], allow_stdin=can_answer, stdin_hook=ask, output_hook=output, timeout=120
                )
            except TimeoutError:
                shown['error'] = 'no end within 120 s'
                manager.interrupt_kernel()
            results[name]['answered' if can_answer else 'refused'] = shown
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
print(json.dumps(results))
