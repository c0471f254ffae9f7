{
  "target_defaults": {
    "cflags": ["-Wall", "-Wextra", "-Werror", "-fstack-protector-strong", "-fvisibility=hidden"],
    "defines": ["_GNU_SOURCE"]
  },
  "targets": [
    {
      "target_name": "tiphys",
      "sources": ["<!@(find native/addon native/sys -name '*.cc' | sort)"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=9", "NAPI_CPP_EXCEPTIONS"],
      "cflags_cc": ["-std=c++20", "-fexceptions", "-Wno-missing-field-initializers"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++20", "-std=gnu++17"],
      "ldflags": ["-static-libstdc++", "-static-libgcc"]
    },
    {
      "target_name": "tiphys-unpack",
      "type": "executable",
      "sources": ["<!@(find native/unpack native/sys -name 'main.cc' -o -name 'unpack*.cc' -o -name 'layer-stack.cc' | sort)"],
      "cflags_cc": ["-std=c++20", "-O2", "-fexceptions", "-Wno-missing-field-initializers", "-ffunction-sections"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++20", "-std=gnu++17"],
      "ldflags": ["-static", "-Wl,--gc-sections", "-s"]
    },
    {
      "target_name": "tiphys-shim",
      "type": "executable",
      "sources": ["<!@(find native/shim -name '*.c' | sort)"],
      "cflags": ["-Os", "-ffunction-sections", "-fdata-sections"],
      "ldflags": ["-static", "-Wl,--gc-sections", "-s"]
    }
  ]
}
