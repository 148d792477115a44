@echo off
rem Captures a character on a build server: capture.cmd UNITY PROJECT CHARACTER OUT [PLAN]
rem   UNITY      path of Unity.exe, 2022.3 or newer
rem   PROJECT    folder of the Unity project that has this package
rem   CHARACTER  asset path of a prefab or model, such as Assets/Mina.prefab
rem   OUT        folder for the pictures and their descriptions
rem   PLAN       asset path of a capture plan, or Default, Around, Turntable, Faces, Everything
rem Needs a graphics card, or a software one: no -nographics. Ends with Unity's exit code, 0 when every shot was taken.
setlocal
if "%~4"=="" (
  echo usage: capture.cmd UNITY PROJECT CHARACTER OUT [PLAN] 1>&2
  exit /b 2
)
set "plan=%~5"
if not defined plan set "plan=Default"
"%~1" -batchmode -projectPath "%~2" -logFile - -executeMethod LoraBridge.Editor.Batch.BatchCapture.Run -character "%~3" -plan "%plan%" -out "%~4"
exit /b %ERRORLEVEL%
