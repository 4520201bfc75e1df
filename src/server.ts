import { configFromProcess } from './config.ts'
import { serve } from './serve.ts'

await serve(configFromProcess)
