@your_own_project.guard
def buf_yaml():
    return """
version: v2
modules:
  - path: proto
lint:
  use: [STANDARD]
  except: [PACKAGE_VERSION_SUFFIX]
breaking:
  use: [PACKAGE]
"""
