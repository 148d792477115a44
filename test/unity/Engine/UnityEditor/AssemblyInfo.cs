[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("DeclaredUnity")]
