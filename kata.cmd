@echo off
rem Starts the tool of this clone. Builds it first when it was never built, or when its sources are newer than the build:
rem the tool looks at their times itself and answers 85, for cmd has nothing as quick.
setlocal
set "KATA_ROOT=%~dp0"
set "KATA_ROOT=%KATA_ROOT:~0,-1%"
rem Code that is made at run time is mapped once, not twice: a tenth of a start. The runtime reads this before any setting of ours.
set "DOTNET_EnableWriteXorExecute=0"
rem Memory is collected after 16 MB, not after what the runtime takes for the size of the cache, which virtual machines hide.
set "DOTNET_GCgen0size=0x1000000"
set "STATE=%KATA_ROOT%\.kata"
set "TOOL=%STATE%\tool"
set "KATA_STAMP=%TOOL%\stamp"
if not exist "%TOOL%\kata.exe" goto build

:run
"%TOOL%\kata.exe" %*
if not %errorlevel%==85 exit /b %errorlevel%

:build
where dotnet >nul 2>nul
if errorlevel 1 (
    echo kata needs the .NET SDK 10, and there is no dotnet on the PATH: https://dotnet.microsoft.com/download 1>&2
    exit /b 2
)
pushd "%KATA_ROOT%"
dotnet --version >nul 2>nul
if errorlevel 1 (
    popd
    echo kata needs the .NET SDK 10, 10.0.100 or newer: https://dotnet.microsoft.com/download 1>&2
    exit /b 2
)
popd
if not exist "%STATE%" mkdir "%STATE%"

rem A folder is made by one process only. Who had to wait lets the tool that was built meanwhile look at its age.
set WAITED=0
:lock
mkdir "%STATE%\build.lock" 2>nul
if not errorlevel 1 goto locked
set /a WAITED+=1
if %WAITED% geq 300 (
    echo another kata is building, or was ended while it built; if none is, delete "%STATE%\build.lock" 1>&2
    exit /b 2
)
ping -n 2 127.0.0.1 >nul
goto lock

:locked
if not %WAITED%==0 (
    rmdir "%STATE%\build.lock"
    if exist "%TOOL%\kata.exe" goto run
    goto build
)
echo Building kata (once, about a minute) ... 1>&2
set "NEW=%STATE%\tool.new"
if exist "%NEW%" rmdir /s /q "%NEW%"
mkdir "%NEW%"
type nul > "%NEW%\stamp"
call :publish -p:PublishReadyToRun=true
if errorlevel 1 call :publish
if errorlevel 1 (
    rmdir "%STATE%\build.lock"
    echo kata could not be built; see "%STATE%\build.log" 1>&2
    exit /b 2
)
rem Windows renames no folder whose files are in use, so a tool that runs is never half replaced.
set "OLD=%STATE%\tool.old"
if exist "%OLD%" rmdir /s /q "%OLD%"
if exist "%TOOL%" move "%TOOL%" "%OLD%" >nul 2>nul
if exist "%TOOL%" (
    rmdir "%STATE%\build.lock"
    echo kata has a new version, and the old one is still running; end it and start again 1>&2
    exit /b 2
)
move "%NEW%" "%TOOL%" >nul
rmdir "%STATE%\build.lock"
if exist "%OLD%" rmdir /s /q "%OLD%"
goto run

:publish
dotnet publish "%KATA_ROOT%\tools\Kata.Cli" --configuration Release --use-current-runtime --self-contained false --output "%NEW%" --nologo --verbosity quiet "-p:ArtifactsPath=%STATE%\build" %* <nul >"%STATE%\build.log" 2>&1
exit /b %errorlevel%
