"""What people do to jobs."""

from __future__ import annotations

from linli.kernel.audit.kinds import declare

declare("job.run_again", "重新运行任务 {task}")
