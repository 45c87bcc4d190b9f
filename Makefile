# The two that everybody needs: make run, make test.
.DEFAULT_GOAL := help
.PHONY: help run stop reset test check lock shots freshcheck

PYTHON := .venv/bin/python

help:
	@echo 'make run         安装所缺组件并启动(Ctrl-C 停止);PORT=8001 HOST=0.0.0.0 可改'
	@echo 'make test        静态检查与全部测试'
	@echo 'make stop        停止 make run 启动的一切'
	@echo 'make reset       清空演示数据'
	@echo 'make check       只做静态检查'
	@echo 'make lock        依赖变动后重新生成锁文件(UPGRADE=1 升级全部)'
	@echo 'make shots       截取各页面图片'
	@echo 'make freshcheck  在全新的 Debian 中验证安装(需要 root)'

run test shots freshcheck:
	@bin/$@

stop reset:
	@bin/run $@

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) manage.py check
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py rules_page --check

LOCK := .venv/bin/uv pip compile -q pyproject.toml --python-version 3.11 --universal --generate-hashes \
  --no-emit-index-url --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
