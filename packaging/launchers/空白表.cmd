@echo off
chcp 936 >nul
rem Writes a blank form beside this file.
rem Explorer puts no quotes around names such as a^&b.xlsx, so the names are taken from the whole command line, whose
rem signs mean nothing once they come out of !...!; what cmd itself would make of the rest is cut off by "exit".
setlocal DisableDelayedExpansion
title 12333空白表
set "program=%~dp0hrss12333\hrss12333.exe"
cd /d "%~dp0"
if not exist "%program%" goto missing
setlocal EnableDelayedExpansion
set "line=!cmdcmdline!"
set "dropped=!line:*%~nx0" =!"
if "!dropped!"=="!line!" goto typed
set "dropped=!dropped:~0,-1!"
"!program!" desk template !dropped!
pause
exit

:typed
endlocal
"%program%" desk template %*
pause
exit /b

:missing
echo 没有找到程序。请把这个文件和 hrss12333 文件夹放在同一个文件夹里，不要单独移动。
pause
exit /b 3
