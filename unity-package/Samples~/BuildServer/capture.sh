#!/usr/bin/env bash
# Captures a character on a build server: capture.sh UNITY PROJECT CHARACTER OUT [PLAN]
#   UNITY      path of the Unity program, 2022.3 or newer
#   PROJECT    folder of the Unity project that has this package
#   CHARACTER  asset path of a prefab or model, such as Assets/Mina.prefab
#   OUT        folder for the pictures and their descriptions
#   PLAN       asset path of a capture plan, or Default, Around, Turntable, Faces, Everything
# Needs a graphics card, or a software one: no -nographics. Ends with Unity's exit code, 0 when every shot was taken.
set -euo pipefail
unity=${1:?usage: capture.sh UNITY PROJECT CHARACTER OUT [PLAN]}
project=${2:?}
character=${3:?}
out=${4:?}
plan=${5:-Default}
exec "$unity" -batchmode -projectPath "$project" -logFile - \
  -executeMethod LoraBridge.Editor.Batch.BatchCapture.Run -character "$character" -plan "$plan" -out "$out"
